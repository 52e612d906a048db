package io.impresario.job.executor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workflow that a bundle declares.
 *
 * @param credentialNames trimmed, lower case, without duplicates
 * @param inputSchema JSON Schema as JSON text
 * @param outputSchema JSON Schema as JSON text
 */
public record FoundWorkflow(
    String name,
    List<String> credentialNames,
    @Nullable String inputSchema,
    @Nullable String outputSchema,
    @Nullable String authProfileName,
    @Nullable String startUrl,
    @Nullable Viewport viewport,
    @Nullable Boolean gpu,
    @Nullable String sourceFile) {}
