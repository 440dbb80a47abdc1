/* SPDX-FileCopyrightText: 2026 The luster authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Responses: the product of the very sections that process the audio. */
#include "luster/response.h"

#include "base/math.h"
#include "proc/equalizer_bands.h"
#include "proc/registry.h"

LusterStatus luster_processor_response(const LusterProcessor *proc, const double *values,
                                       double rate_hz, LusterPath path, const double *freq_hz,
                                       uint32_t n, double *gain_db, double *phase_rad,
                                       LusterError *err)
{
    if (proc != &luster_proc_eq)
        return luster_error_set(err, LUSTER_UNSUPPORTED,
                                "%s has no frequency response of its own; eq has", proc->id);
    LusterQuad sections[LUSTER_EQ_MAX_SECTIONS];
    const int n_sections = luster_eq_design(values, rate_hz, (LusterEqGroup)path, sections);
    const double output_db = values[LUSTER_EQ_BANDS * LUSTER_EQ_COLUMNS];
    for (uint32_t i = 0; i < n; i++) {
        const double w = 2.0 * LUSTER_PI * freq_hz[i] / rate_hz;
        double db = output_db, phase = 0.0;
        for (int s = 0; s < n_sections; s++) {
            double re, im;
            luster_filter_digital(&sections[s], w, &re, &im);
            db += luster_power_to_db(re * re + im * im);
            phase += luster_atan2(im, re);
        }
        if (gain_db)
            gain_db[i] = db;
        if (phase_rad) {
            while (phase > LUSTER_PI)
                phase -= 2.0 * LUSTER_PI;
            while (phase < -LUSTER_PI)
                phase += 2.0 * LUSTER_PI;
            phase_rad[i] = phase;
        }
    }
    return LUSTER_OK;
}
