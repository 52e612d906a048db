/**
 * A tenant's secrets: stored under names, sealed at rest, handed to the runs of workflows that
 * declare them. A value leaves this package through {@code credentials/get} and the {@code
 * CredentialVault} only; it is never logged and never part of an error.
 */
@NullMarked
package io.impresario.job.credential;

import org.jspecify.annotations.NullMarked;
