/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.ledger;

import org.jspecify.annotations.NullMarked;
