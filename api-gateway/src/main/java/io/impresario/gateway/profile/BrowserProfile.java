package io.impresario.gateway.profile;

import java.time.Instant;
import java.util.UUID;

/** A named browser profile of a tenant, as the wire shows it. */
record BrowserProfile(UUID id, String name, Instant created_at, Instant updated_at) {}
