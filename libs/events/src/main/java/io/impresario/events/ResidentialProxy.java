package io.impresario.events;

import org.jspecify.annotations.Nullable;

/** The location that a job's traffic shall leave from ({@code ResidentialProxy} of docs/api/openapi.yaml). */
public record ResidentialProxy(
    String country,
    @Nullable String state,
    @Nullable String city,
    @Nullable String zip,
    @Nullable String asn) {}
