package io.impresario.gateway.tenant;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One customer of the installation; everything in it belongs to exactly one. */
public record Tenant(UUID id, String name, Instant createdAt, @Nullable Instant suspendedAt) {}
