package io.impresario.rpc.fields;

import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.sealing.Secret;
import io.impresario.targets.TargetCheck;
import io.impresario.targets.TargetGuard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code callback_url} and {@code callback_secret}: both or neither, and an address that callbacks
 * may go to.
 */
public record CallbackFields(@Nullable String url, @Nullable Secret secret) {
  private static final int MAX_URL = 2048;
  private static final int MAX_SECRET = 1024;

  /** As a create says it: the one is an issue without the other. */
  public static CallbackFields read(Input input, TargetGuard guard) {
    CallbackFields fields = readEither(input, guard);
    if (fields.url == null && fields.secret != null) {
      input.issue(
          Issue.custom(List.of("callback_url"), "Is required together with callback_secret"));
    }
    if (fields.url != null && fields.secret == null) {
      input.issue(
          Issue.custom(List.of("callback_secret"), "Is required together with callback_url"));
    }
    return fields;
  }

  /** As a change says it: whether both are there then is for the caller to check. */
  public static CallbackFields readEither(Input input, TargetGuard guard) {
    String url = input.optionalText("callback_url", 1, MAX_URL);
    String secret = input.optionalText("callback_secret", 1, MAX_SECRET);
    if (url != null && !url.isEmpty() && url.length() <= MAX_URL) {
      checkTarget(input, guard.check(url));
    }
    return new CallbackFields(url, secret == null ? null : new Secret(secret));
  }

  private static void checkTarget(Input input, TargetCheck check) {
    if (check instanceof TargetCheck.Malformed malformed) {
      input.issue(
          Issue.invalidString(
              List.of("callback_url"), "url", "callback_url " + malformed.message()));
    } else if (check instanceof TargetCheck.Refused refused) {
      input.issue(Issue.custom(List.of("callback_url"), "callback_url " + refused.message()));
    }
  }
}
