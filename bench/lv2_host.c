/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One LV2 plug-in over files, timed: see host.c. Offers urid:map and unmap, options (block lengths,
 * sample rate), a worker that works at once, and the promises about blocks that host.c keeps. Ports
 * are set by symbol; atom ports see empty sequences. "@state=FILE" loads a state in Turtle. */
#include "host.h"

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/core/lv2.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#define MAX_URIDS 8192
#define ATOM_ROOM 65536 /* bytes of a sequence */

typedef struct Port {
    float value; /* of a control */
    void *atom; /* of an event port, ATOM_ROOM bytes */
    bool is_input;
} Port;

typedef struct Plugin {
    const LilvPlugin *lilv;
    LilvInstance *instance;
    Port *ports;
    uint32_t n_ports, inputs[HOST_MAX_INPUTS], outputs[HOST_MAX_OUTPUTS];
    uint32_t n_inputs, n_outputs, latency_port, block, n_given;
    float *silence, *waste; /* [block] */
    const LV2_Worker_Interface *worker;
    float rate_hz;
} Plugin;

static LilvWorld *world;
static char *uris[MAX_URIDS];
static uint32_t n_uris;

static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char *uri)
{
    (void)handle;
    for (uint32_t i = 0; i < n_uris; i++) {
        if (!strcmp(uris[i], uri))
            return i + 1;
    }
    if (n_uris == MAX_URIDS || !(uris[n_uris] = strdup(uri)))
        return 0;
    return ++n_uris;
}

static const char *unmap_uri(LV2_URID_Unmap_Handle handle, LV2_URID id)
{
    (void)handle;
    return id >= 1 && id <= n_uris ? uris[id - 1] : NULL;
}

static LV2_URID_Map urid_map = {NULL, map_uri};
static LV2_URID_Unmap urid_unmap = {NULL, unmap_uri};

/* The work is done where it is asked for: nobody waits for this host. */
static LV2_Worker_Status respond(LV2_Worker_Respond_Handle handle, uint32_t size, const void *data)
{
    Plugin *plugin = handle;
    return plugin->worker->work_response(lilv_instance_get_handle(plugin->instance), size, data);
}

static LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle handle, uint32_t size,
                                  const void *data)
{
    Plugin *plugin = handle;
    if (!plugin->worker)
        return LV2_WORKER_ERR_UNKNOWN;
    return plugin->worker->work(lilv_instance_get_handle(plugin->instance), respond, plugin, size,
                                data);
}

static bool is_a(const Plugin *plugin, const LilvPort *port, const char *class_uri)
{
    LilvNode *node = lilv_new_uri(world, class_uri);
    const bool is = lilv_port_is_a(plugin->lilv, port, node);
    lilv_node_free(node);
    return is;
}

static float first_value(const Plugin *plugin, const LilvPort *port)
{
    LilvNode *def = NULL, *min = NULL, *max = NULL;
    float value = 0.0f;
    lilv_port_get_range(plugin->lilv, port, &def, &min, &max);
    if (def)
        value = lilv_node_as_float(def);
    else if (min)
        value = lilv_node_as_float(min);
    lilv_node_free(def);
    lilv_node_free(min);
    lilv_node_free(max);
    return value == value ? value : 0.0f;
}

static int list_ports(Plugin *plugin)
{
    plugin->n_ports = lilv_plugin_get_num_ports(plugin->lilv);
    plugin->ports = calloc(plugin->n_ports, sizeof *plugin->ports);
    plugin->latency_port = lilv_plugin_has_latency(plugin->lilv)
                               ? lilv_plugin_get_latency_port_index(plugin->lilv)
                               : UINT32_MAX;
    for (uint32_t i = 0; i < plugin->n_ports && plugin->ports; i++) {
        const LilvPort *port = lilv_plugin_get_port_by_index(plugin->lilv, i);
        Port *own = &plugin->ports[i];
        own->is_input = is_a(plugin, port, LV2_CORE__InputPort);
        if (is_a(plugin, port, LV2_CORE__AudioPort)) {
            if (own->is_input && plugin->n_inputs < HOST_MAX_INPUTS)
                plugin->inputs[plugin->n_inputs++] = i;
            else if (!own->is_input && plugin->n_outputs < HOST_MAX_OUTPUTS)
                plugin->outputs[plugin->n_outputs++] = i;
        } else if (is_a(plugin, port, LV2_CORE__ControlPort)) {
            own->value = first_value(plugin, port);
        } else if (is_a(plugin, port, LV2_ATOM__AtomPort)) {
            own->atom = aligned_alloc(64, ATOM_ROOM);
            if (!own->atom)
                return 1;
        }
    }
    return !plugin->ports;
}

static int instantiate(Plugin *plugin)
{
    const int32_t block = (int32_t)plugin->block, events = ATOM_ROOM;
    const LV2_URID integer = map_uri(NULL, LV2_ATOM__Int), real = map_uri(NULL, LV2_ATOM__Float);
#define OPTION(uri, type, variable)                                                                \
    {                                                                                              \
        LV2_OPTIONS_INSTANCE, 0, map_uri(NULL, uri), sizeof(variable), type, &variable             \
    }
    const LV2_Options_Option options[] = {
        OPTION(LV2_BUF_SIZE__minBlockLength, integer, block),
        OPTION(LV2_BUF_SIZE__maxBlockLength, integer, block),
        OPTION(LV2_BUF_SIZE__nominalBlockLength, integer, block),
        OPTION(LV2_BUF_SIZE__sequenceSize, integer, events),
        OPTION(LV2_PARAMETERS__sampleRate, real, plugin->rate_hz),
        {0},
    };
#undef OPTION
    LV2_Worker_Schedule work = {plugin, schedule};
    const LV2_Feature features[] = {
        {LV2_URID__map, &urid_map},
        {LV2_URID__unmap, &urid_unmap},
        {LV2_OPTIONS__options, (void *)options},
        {LV2_WORKER__schedule, &work},
        {LV2_BUF_SIZE__boundedBlockLength, NULL},
        {LV2_BUF_SIZE__fixedBlockLength, NULL},
        {LV2_BUF_SIZE__powerOf2BlockLength, NULL},
        {LV2_STATE__loadDefaultState, NULL},
    };
    const LV2_Feature *list[sizeof features / sizeof features[0] + 1] = {NULL};
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
        list[i] = &features[i];
    plugin->instance = lilv_plugin_instantiate(plugin->lilv, plugin->rate_hz, list);
    if (!plugin->instance) {
        fprintf(stderr, "%s cannot be instantiated\n",
                lilv_node_as_uri(lilv_plugin_get_uri(plugin->lilv)));
        return 1;
    }
    plugin->worker = lilv_instance_get_extension_data(plugin->instance, LV2_WORKER__interface);
    for (uint32_t i = 0; i < plugin->n_ports; i++)
        lilv_instance_connect_port(plugin->instance, i,
                                   plugin->ports[i].atom ? plugin->ports[i].atom
                                                         : (void *)&plugin->ports[i].value);
    return 0;
}

static void close_plugin(void *self)
{
    Plugin *plugin = self;
    if (plugin->instance) {
        lilv_instance_deactivate(plugin->instance);
        lilv_instance_free(plugin->instance);
    }
    for (uint32_t i = 0; i < plugin->n_ports && plugin->ports; i++)
        free(plugin->ports[i].atom);
    free(plugin->ports);
    free(plugin->silence);
    free(plugin->waste);
    free(plugin);
}

static void *open_plugin(const HostSetup *setup)
{
    Plugin *plugin = calloc(1, sizeof *plugin);
    LilvNode *uri = lilv_new_uri(world, setup->name);
    if (!plugin || !uri) {
        fprintf(stderr, "%s is no URI\n", setup->name);
        free(plugin);
        return NULL;
    }
    plugin->lilv = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), uri);
    lilv_node_free(uri);
    plugin->block = setup->block;
    plugin->rate_hz = (float)setup->rate_hz;
    plugin->n_given = setup->n_channels + setup->n_keys;
    plugin->silence = aligned_alloc(64, (setup->block + 16) * sizeof(float) / 64 * 64);
    plugin->waste = aligned_alloc(64, (setup->block + 16) * sizeof(float) / 64 * 64);
    if (!plugin->lilv)
        fprintf(stderr, "%s is not installed\n", setup->name);
    if (!plugin->lilv || !plugin->silence || !plugin->waste || list_ports(plugin) ||
        instantiate(plugin)) {
        close_plugin(plugin);
        return NULL;
    }
    memset(plugin->silence, 0, setup->block * sizeof(float));
    return plugin;
}

static int load_state(Plugin *plugin, const char *path)
{
    LilvState *state = lilv_state_new_from_file(world, &urid_map, NULL, path);
    LV2_Worker_Schedule work = {plugin, schedule};
    const LV2_Feature feature = {LV2_WORKER__schedule, &work};
    const LV2_Feature *const list[] = {&feature, NULL};
    if (!state) {
        fprintf(stderr, "%s: holds no state\n", path);
        return 1;
    }
    lilv_state_restore(state, plugin->instance, NULL, NULL, 0, list);
    lilv_state_free(state);
    return 0;
}

static int set(void *self, const char *id, const char *value)
{
    Plugin *plugin = self;
    char *end;
    const float number = strtof(value, &end);
    if (!strcmp(id, "@state"))
        return load_state(plugin, value);
    LilvNode *symbol = lilv_new_string(world, id);
    const LilvPort *port = lilv_plugin_get_port_by_symbol(plugin->lilv, symbol);
    lilv_node_free(symbol);
    if (!port || !is_a(plugin, port, LV2_CORE__ControlPort) || end == value || *end) {
        fprintf(stderr, port ? "%s=%s: not a number for a control\n" : "no port %s (%s)\n", id,
                value);
        return 1;
    }
    plugin->ports[lilv_port_get_index(plugin->lilv, port)].value = number;
    return 0;
}

static int start(void *self)
{
    lilv_instance_activate(((Plugin *)self)->instance);
    return 0;
}

static uint32_t n_outputs(void *self)
{
    return ((Plugin *)self)->n_outputs;
}

/* An input port sees no event; an output port says how much room it has. */
static void clear_atoms(Plugin *plugin)
{
    const LV2_URID sequence = map_uri(NULL, LV2_ATOM__Sequence),
                   chunk = map_uri(NULL, LV2_ATOM__Chunk);
    for (uint32_t i = 0; i < plugin->n_ports; i++) {
        LV2_Atom_Sequence *events = plugin->ports[i].atom;
        if (!events)
            continue;
        const bool in = plugin->ports[i].is_input;
        events->atom.type = in ? sequence : chunk;
        events->atom.size = in ? sizeof(LV2_Atom_Sequence_Body) : ATOM_ROOM - sizeof(LV2_Atom);
        events->body = (LV2_Atom_Sequence_Body){0};
    }
}

static void process(void *self, const float *const *in, float *const *out, uint32_t n_frames)
{
    Plugin *plugin = self;
    clear_atoms(plugin);
    for (uint32_t c = 0; c < plugin->n_inputs; c++)
        lilv_instance_connect_port(plugin->instance, plugin->inputs[c],
                                   c < plugin->n_given ? (void *)in[c] : plugin->silence);
    for (uint32_t c = 0; c < plugin->n_outputs; c++)
        lilv_instance_connect_port(plugin->instance, plugin->outputs[c], out[c]);
    lilv_instance_run(plugin->instance, n_frames);
    if (plugin->worker && plugin->worker->end_run)
        plugin->worker->end_run(lilv_instance_get_handle(plugin->instance));
}

static uint32_t latency(void *self)
{
    const Plugin *plugin = self;
    const uint32_t port = plugin->latency_port;
    return port == UINT32_MAX ? 0 : (uint32_t)lrintf(plugin->ports[port].value);
}

int main(int argc, char **argv)
{
    static const HostKind kind = {open_plugin, set,     start,       n_outputs,
                                  process,     latency, close_plugin};
#ifdef __SSE__
    _mm_setcsr(_mm_getcsr() | 0x8040); /* denormals are zero, as plug-in hosts set it */
#endif
    world = lilv_world_new();
    if (!world)
        return 1;
    lilv_world_load_all(world);
    const int status = host_main(argc, argv, &kind);
    lilv_world_free(world);
    for (uint32_t i = 0; i < n_uris; i++)
        free(uris[i]);
    return status;
}
