package io.impresario.job.rotation;

import io.smallrye.mutiny.Uni;

/** Rows with sealed values, of one feature; a CDI bean of this type takes part in a rotation. */
public interface SealedRows {
  /** What they are, in the plural: the key of the count in the command's answer. */
  String name();

  /** Seals every row anew that is not under the newest key. May be interrupted and repeated. */
  Uni<Resealed> resealAll();

  /**
   * @param resealed rows that are under the newest key now and were not before
   * @param failed rows that no key of the ring opens
   */
  record Resealed(long resealed, long failed) {}
}
