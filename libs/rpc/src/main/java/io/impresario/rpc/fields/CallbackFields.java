package io.impresario.rpc.fields;

import io.impresario.events.spec.CallbackTarget;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.sealing.Secret;
import io.impresario.targets.SigningSecret;
import io.impresario.targets.TargetCheck;
import io.impresario.targets.TargetGuard;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code callback_url} and {@code callback_secret}: both or neither, and an address that callbacks
 * may go to.
 *
 * @param cleared whether the call takes the callback away
 */
record CallbackFields(@Nullable String url, @Nullable Secret secret, boolean cleared) {
  private static final String URL = "callback_url";
  private static final String SECRET = "callback_secret";
  private static final int MAX_URL = 2048;
  private static final int MAX_SECRET = 1024;

  /** As a create says it: the one is an issue without the other. */
  static CallbackFields read(Input input, TargetGuard guard) {
    CallbackFields fields = readEither(input, guard);
    if (fields.url == null && fields.secret != null) {
      input.issue(Issue.custom(List.of(URL), "Is required together with callback_secret"));
    }
    if (fields.url != null && fields.secret == null) {
      input.issue(Issue.custom(List.of(SECRET), "Is required together with callback_url"));
    }
    return fields;
  }

  /** As a change says it: both null clear; what is present changes; the other half stays. */
  static CallbackFields readChange(Input input, TargetGuard guard) {
    boolean urlNull = input.isNull(URL);
    boolean secretNull = input.isNull(SECRET);
    if (urlNull != secretNull) {
      input.issue(
          Issue.custom(
              List.of(urlNull ? URL : SECRET),
              "callback_url and callback_secret can only be null together"));
    }
    return urlNull || secretNull ? new CallbackFields(null, null, true) : readEither(input, guard);
  }

  private static CallbackFields readEither(Input input, TargetGuard guard) {
    String url = input.optionalText(URL, 1, MAX_URL);
    String secret = input.optionalText(SECRET, 1, MAX_SECRET);
    if (url != null && !url.isEmpty() && url.length() <= MAX_URL) {
      checkTarget(input, guard.check(url));
    }
    if (secret != null && !SigningSecret.isUsable(secret)) {
      input.issue(Issue.custom(List.of(SECRET), SigningSecret.UNUSABLE));
    }
    return new CallbackFields(url, secret == null ? null : new Secret(secret), false);
  }

  /** The callback that these fields make of another one; half a callback is noted as an issue. */
  @Nullable CallbackTarget over(
      @Nullable CallbackTarget before, UnaryOperator<String> seal, Input input) {
    if (cleared) {
      return null;
    }
    String target = url != null || before == null ? url : before.url();
    String sealed = before == null ? null : before.secretSealed();
    if (secret != null) {
      sealed = seal.apply(secret.value());
    }
    if ((target == null) != (sealed == null)) {
      input.issue(
          Issue.custom(List.of(URL), "callback_url and callback_secret go together or not at all"));
    }
    return target == null ? null : new CallbackTarget(target, sealed);
  }

  private static void checkTarget(Input input, TargetCheck check) {
    if (check instanceof TargetCheck.Malformed malformed) {
      input.issue(Issue.invalidString(List.of(URL), "url", "callback_url " + malformed.message()));
    } else if (check instanceof TargetCheck.Refused refused) {
      input.issue(Issue.custom(List.of(URL), "callback_url " + refused.message()));
    }
  }
}
