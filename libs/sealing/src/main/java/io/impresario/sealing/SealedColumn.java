package io.impresario.sealing;

import io.vertx.mutiny.sqlclient.Row;
import java.util.function.Function;

/**
 * A column of sealed values. A feature that has one produces a bean of this type; {@link Resealing}
 * does the rest.
 *
 * @param name what the values are, in the plural: their key in the answer of the command. Columns
 *     may share one.
 * @param page selects {@code id}, {@code sealed} and what the context needs from the rows with an
 *     id after $2 whose value is not under the key $1, ordered by id, $3 at most
 * @param update replaces the sealed value $2 of the row $1 with $3, unless it has changed: then it
 *     is under the newest key already
 * @param context what the value of a row is bound to
 */
public record SealedColumn(
    String name, String page, String update, Function<Row, String> context) {}
