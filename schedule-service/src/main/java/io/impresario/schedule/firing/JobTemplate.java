package io.impresario.schedule.firing;

import io.impresario.events.JsonText;
import io.impresario.events.spec.JobSpec;
import java.util.UUID;

/** What every job of a schedule has in common; the callback's secret is sealed for the schedule. */
record JobTemplate(
    UUID scheduleId, UUID tenantId, String workflow, JsonText params, JobSpec spec) {}
