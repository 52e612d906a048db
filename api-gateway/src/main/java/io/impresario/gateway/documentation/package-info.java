/**
 * The description of the API as files that everybody may read: docs/api/openapi.yaml as JSON, and a
 * page that shows it. They are built into this service and served from memory; nothing here answers
 * a procedure.
 */
@NullMarked
package io.impresario.gateway.documentation;

import org.jspecify.annotations.NullMarked;
