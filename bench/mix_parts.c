/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How the parts of a mix stand in it, as JSON. Reads lines "KIND NAME PARENT FLAG PATH", by tabs:
 * the mix (first), its buses and its tracks as rendered after their faders. What a bus or the
 * master does to the sum of its children (measured per band and step) is put on each child: so a
 * part is measured as it is heard. The loudness of all is moved to one value before anything is
 * compared. */
#include "mix_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 128
#define MATCH_LUFS (-16.0) /* unmastered mixes [D6] */
#define FULL_SCALE_DB_SPL 96.0 /* [RON18] */
#define VOICE_FIRST 10 /* 200 Hz */
#define VOICE_LAST 26 /* 8 kHz */
#define DEPTH_DB 30.0 /* cells further under the strongest of their step are not counted (ours) */

typedef enum { MIX, BUS, PART } Kind;

typedef struct Strip {
    Kind kind;
    char name[256], parent[256], path[4096];
    int lead, n_children;
    Cells cells, before; /* before: sum of its children (mix and buses) */
} Strip;

static Strip strips[MOST];
static uint32_t n_strips;

static int parse(FILE *in)
{
    static char line[8192];
    while (n_strips < MOST && fgets(line, sizeof line, in)) {
        Strip *s = &strips[n_strips];
        char *field[5], *rest = line;
        line[strcspn(line, "\n")] = '\0';
        for (int i = 0; i < 5; i++) {
            field[i] = rest ? rest : (char *)"";
            rest = rest ? strchr(rest, '\t') : NULL;
            if (rest)
                *rest++ = '\0';
        }
        s->kind = !strcmp(field[0], "mix") ? MIX : !strcmp(field[0], "bus") ? BUS : PART;
        snprintf(s->name, sizeof s->name, "%s", field[1]);
        snprintf(s->parent, sizeof s->parent, "%s", field[2]);
        s->lead = !strcmp(field[3], "lead");
        snprintf(s->path, sizeof s->path, "%s", field[4]);
        n_strips++;
    }
    return n_strips && strips[0].kind == MIX;
}

static Strip *find_parent(const Strip *s)
{
    for (uint32_t i = 0; i < n_strips; i++)
        if (strips[i].kind != PART && &strips[i] != s && !strcmp(strips[i].name, s->parent))
            return &strips[i];
    return NULL;
}

static LusterStatus load(LusterError *err)
{
    LusterStatus status = LUSTER_OK;
    for (uint32_t i = 0; i < n_strips && !status; i++) {
        const char *paths[MOST] = {strips[i].path};
        status = cells_read(paths, 1, &strips[i].cells, err);
        uint32_t n = 0;
        for (uint32_t c = 0; c < n_strips; c++)
            if (find_parent(&strips[c]) == &strips[i])
                paths[n++] = strips[c].path;
        strips[i].n_children = (int)n;
        if (!status && n)
            status = cells_read(paths, n, &strips[i].before, err);
    }
    return status;
}

/* What `after` has over `before` in one step; the whole song's ratio where there is next to nothing
 * to compare. */
static double ratio(double after, double before, double total_after, double total_before)
{
    if (before > 1e-10 && before > 1e-6 * total_before)
        return fmin(fmax(after / before, 1e-3), 1e3);
    return total_before > 0.0 ? total_after / total_before : 1.0;
}

/* value[i * stride] of a part, times what its parent made of such values. */
static void put_on(float *part, uint32_t n_part, const float *after, uint32_t n_after,
                   const float *before, uint32_t n_before, uint32_t stride)
{
    const uint32_t n = n_after < n_before ? n_after : n_before;
    double total_after = 0.0, total_before = 0.0;
    for (uint32_t t = 0; t < n; t++) {
        total_after += after[(size_t)t * stride] / n;
        total_before += before[(size_t)t * stride] / n;
    }
    for (uint32_t t = 0; t < n_part; t++) {
        const double a = t < n ? after[(size_t)t * stride] : 0.0;
        const double b = t < n ? before[(size_t)t * stride] : 0.0;
        part[(size_t)t * stride] *= (float)ratio(a, b, total_after, total_before);
    }
}

static void apply_parent(Cells *c, const Cells *a, const Cells *b)
{
    put_on(c->k, c->n_steps, a->k, a->n_steps, b->k, b->n_steps, 1);
    put_on(c->m, c->n_steps, a->m, a->n_steps, b->m, b->n_steps, 1);
    /* both sides by what the loudness did: a limiter or compressor that is linked */
    put_on(c->left, c->n_steps, a->k, a->n_steps, b->k, b->n_steps, 1);
    put_on(c->right, c->n_steps, a->k, a->n_steps, b->k, b->n_steps, 1);
    for (int band = 0; band < CELL_BANDS; band++)
        put_on(c->bands + band, c->n_steps, a->bands + band, a->n_steps, b->bands + band,
               b->n_steps, CELL_BANDS);
}

/* From the outside in, so that a bus in a bus carries both. */
static void carry_through(void)
{
    for (uint32_t i = 1; i < n_strips; i++) {
        if (strips[i].kind == BUS && strips[i].n_children)
            continue;
        int depth = 0;
        for (Strip *p = find_parent(&strips[i]); p && depth < 8; p = find_parent(p), depth++)
            if (p->n_children)
                apply_parent(&strips[i].cells, &p->cells, &p->before);
    }
}

/* BS.1770's gates over windows of `width` steps; power, not LUFS. */
static double gated(const float *power, uint32_t n_steps, uint32_t width)
{
    double gate = pow(10.0, (-70.0 + 0.691) / 10.0), mean = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0.0;
        uint32_t n = 0;
        for (uint32_t t = 0; t + width <= n_steps; t++) {
            double p = 0.0;
            for (uint32_t i = 0; i < width; i++)
                p += power[t + i] / width;
            if (p > gate) {
                sum += p;
                n++;
            }
        }
        mean = n ? sum / n : 0.0;
        gate = fmax(gate, mean * 0.1);
    }
    return mean;
}

static double lufs(double power)
{
    return power > 0.0 ? 10.0 * log10(power) - 0.691 : -120.0;
}

typedef struct Masked {
    double energy; /* share of what is over the threshold in quiet that the others cover */
    double cells; /* share of the strong cells of 200 Hz to 8 kHz that they cover */
    uint32_t n_cells;
} Masked;

/* Of the strips `in` that are flagged, against all others that sound. */
static Masked masked(const int *in, const float *weigh)
{
    static const float silence[CELL_BANDS];
    double heard = 0.0, covered = 0.0, quiet[CELL_BANDS], threshold[CELL_BANDS];
    uint64_t strong = 0, lost = 0;
    const uint32_t n_steps = strips[0].cells.n_steps;
    mask_threshold(silence, FULL_SCALE_DB_SPL, quiet);
    for (uint32_t t = 0; t < n_steps; t++) {
        float own[CELL_BANDS] = {0}, rest[CELL_BANDS] = {0}, top = 0.0f;
        if (weigh && weigh[t] <= 0.0f)
            continue;
        for (uint32_t i = 1; i < n_strips; i++) {
            const Cells *c = &strips[i].cells;
            if (t >= c->n_steps || (strips[i].kind == BUS && strips[i].n_children))
                continue;
            for (int b = 0; b < CELL_BANDS; b++)
                (in[i] ? own : rest)[b] += c->bands[(size_t)t * CELL_BANDS + b];
        }
        for (int b = VOICE_FIRST; b <= VOICE_LAST; b++)
            top = fmaxf(top, own[b]);
        mask_threshold(rest, FULL_SCALE_DB_SPL, threshold);
        for (int b = 0; b < CELL_BANDS; b++) {
            if (own[b] <= quiet[b])
                continue;
            heard += own[b];
            covered += own[b] <= threshold[b] ? own[b] : 0.0;
            if (b < VOICE_FIRST || b > VOICE_LAST || own[b] < top * pow(10.0, -DEPTH_DB / 10.0))
                continue;
            strong++;
            lost += own[b] <= threshold[b];
        }
    }
    return (Masked){heard > 0.0 ? covered / heard : 0.0,
                    strong ? (double)lost / (double)strong : 0.0, (uint32_t)strong};
}

static void print_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
}

static void print_series(const char *key, const float *power, uint32_t n)
{
    printf(", \"%s\": [", key);
    for (uint32_t t = 0; t < n; t++)
        printf("%s%.4g", t ? "," : "", (double)power[t]);
    printf("]");
}

static void print_strip(uint32_t i)
{
    const Strip *s = &strips[i];
    const Cells *c = &s->cells;
    int only[MOST] = {0};
    only[i] = 1;
    double left = 0.0, right = 0.0, bands[CELL_BANDS] = {0};
    for (uint32_t t = 0; t < c->n_steps; t++) {
        left += c->left[t];
        right += c->right[t];
        for (int b = 0; b < CELL_BANDS; b++)
            bands[b] += c->bands[(size_t)t * CELL_BANDS + b] / c->n_steps;
    }
    const Masked m = i ? masked(only, NULL) : (Masked){0};
    printf("%s\n{\"name\": \"", i ? "," : "");
    print_text(s->name);
    printf("\", \"kind\": \"%s\", \"lufs\": %.3f, \"modified_lufs\": %.3f, \"angle\": %.3f",
           s->kind == MIX   ? "mix"
           : s->kind == BUS ? "return"
                            : "part",
           lufs(gated(c->k, c->n_steps, 4)), lufs(gated(c->m, c->n_steps, 3)),
           atan2(sqrt(right), sqrt(left)) * 180.0 / 3.14159265358979323846);
    printf(", \"masked_energy\": %.4f, \"bands_db\": [", m.energy);
    for (int b = 0; b < CELL_BANDS; b++)
        printf("%s%.2f", b ? "," : "", bands[b] > 0.0 ? 10.0 * log10(bands[b]) : -200.0);
    printf("]");
    print_series("k", c->k, c->n_steps);
    print_series("m", c->m, c->n_steps);
    printf("}");
}

/* Steps in which the lead passes its own gate, weighed 1. */
static Masked masked_lead(void)
{
    int in[MOST] = {0}, any = 0;
    const uint32_t n = strips[0].cells.n_steps;
    float *sings = calloc(n + 1, sizeof *sings), *power = calloc(n + 1, sizeof *power);
    Masked out = {-1.0, -1.0, 0};
    for (uint32_t i = 1; i < n_strips; i++) {
        any |= in[i] = strips[i].lead;
        for (uint32_t t = 0; in[i] && power && t < n && t < strips[i].cells.n_steps; t++)
            power[t] += strips[i].cells.k[t];
    }
    if (any && sings && power) {
        const double gate = gated(power, n, 4) * 0.1;
        for (uint32_t t = 0; t < n; t++)
            sings[t] = power[t] > gate;
        out = masked(in, sings);
    }
    free(sings);
    free(power);
    return out;
}

static void match(float gain)
{
    for (uint32_t i = 0; i < n_strips; i++) {
        const Cells *c = &strips[i].cells;
        float *const all[] = {c->k, c->m, c->left, c->right};
        for (int a = 0; a < 4; a++)
            for (uint32_t t = 0; t < c->n_steps; t++)
                all[a][t] *= gain;
        for (size_t j = 0; j < (size_t)c->n_steps * CELL_BANDS; j++)
            c->bands[j] *= gain;
    }
}

int main(void)
{
    LusterError err = {0};
    if (!parse(stdin)) {
        fprintf(stderr, "mix_parts: the first line must be the mix\n");
        return 2;
    }
    if (load(&err)) {
        fprintf(stderr, "mix_parts: %s\n", err.text);
        return 1;
    }
    carry_through();
    const double own = lufs(gated(strips[0].cells.k, strips[0].cells.n_steps, 4));
    match((float)pow(10.0, (MATCH_LUFS - own) / 10.0));
    const Masked lead = masked_lead();
    printf("{\"own_lufs\": %.3f, \"lead_masked_cells\": %.4f, \"lead_masked_energy\": %.4f, "
           "\"lead_cells\": %u, \"strips\": [",
           own, lead.cells, lead.energy, lead.n_cells);
    for (uint32_t i = 0; i < n_strips; i++)
        if (strips[i].kind != BUS || !strips[i].n_children)
            print_strip(i);
    printf("\n]}\n");
    return 0;
}
