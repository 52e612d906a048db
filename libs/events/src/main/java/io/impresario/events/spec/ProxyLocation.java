package io.impresario.events.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The location that a job's traffic leaves from ({@code ResidentialProxy} of
 * docs/api/openapi.yaml). It is shown as it was asked for: what was not named is absent.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProxyLocation(
    String country,
    @Nullable String state,
    @Nullable String city,
    @Nullable String zip,
    @Nullable String asn) {}
