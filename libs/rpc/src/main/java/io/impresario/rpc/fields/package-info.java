/**
 * Groups of input fields that jobs and schedules share, read by the rules of docs/api/openapi.yaml.
 * They turn an {@link io.impresario.rpc.Input} into values and issues; they never look anything up.
 */
@NullMarked
package io.impresario.rpc.fields;

import org.jspecify.annotations.NullMarked;
