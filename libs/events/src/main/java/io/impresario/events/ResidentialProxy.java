package io.impresario.events;

import org.jspecify.annotations.Nullable;

/** The location that a job's traffic shall leave from (section 6 of the HTTP contract). */
public record ResidentialProxy(
    String country,
    @Nullable String state,
    @Nullable String city,
    @Nullable String zip,
    @Nullable String asn) {}
