package io.impresario.gateway.route;

import java.time.Duration;

/**
 * How one procedure is reached.
 *
 * @param method its only HTTP method
 * @param maxBodyBytes larger requests are refused
 * @param timeout until the whole answer is there; for a streamed one, until it begins
 * @param audited whether each call leaves a row in the audit trail
 * @param answer how the body of a success is written, and whether it ends by itself
 */
public record Route(
    String path,
    String method,
    Owner owner,
    Access access,
    long maxBodyBytes,
    Duration timeout,
    boolean audited,
    Answer answer) {

  /** The form of a success. */
  public enum Answer {
    ENVELOPE,
    /** JSON without the envelope, for the key commands of the client. */
    PLAIN,
    /** The client waits long for it; it must not take a connection from short calls. */
    LONG,
    /** Server-sent events, for as long as the client listens. */
    STREAM
  }

  /** The path without its version, as logs and the audit trail name it. */
  public String procedure() {
    return path.startsWith("/v1/") ? path.substring(4) : path.substring(1);
  }

  /** Whether a call may be made twice without anybody noticing. */
  public boolean changesNothing() {
    return access == Access.READ;
  }

  /** Whether a client listens for longer than its key may be revoked for. */
  public boolean isOpenForLong() {
    return changesNothing() && (answer == Answer.LONG || answer == Answer.STREAM);
  }

  Route withAudit() {
    return new Route(path, method, owner, access, maxBodyBytes, timeout, true, answer);
  }

  Route within(Duration other) {
    return new Route(path, method, owner, access, maxBodyBytes, other, audited, answer);
  }

  Route carrying(long bytes) {
    return new Route(path, method, owner, access, bytes, timeout, audited, answer);
  }

  Route answering(Answer other) {
    return new Route(path, method, owner, access, maxBodyBytes, timeout, audited, other);
  }

  Route by(String otherMethod) {
    return new Route(path, otherMethod, owner, access, maxBodyBytes, timeout, audited, answer);
  }
}
