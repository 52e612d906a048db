package io.impresario.callback.endpoint;

import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.sealing.Secret;
import io.impresario.targets.SigningSecret;
import io.impresario.targets.TargetCheck;
import io.impresario.targets.TargetGuard;
import org.jspecify.annotations.Nullable;

/** Reads the fields that several procedures share, each with its rules. */
final class EndpointInput {

  static final int MAX_URL = 2048;
  static final int MAX_SECRET = 1024;
  static final int MAX_DESCRIPTION = 2000;

  private EndpointInput() {}

  static String requiredUrl(Input input, TargetGuard guard) {
    String url = input.requiredText("url", 1, MAX_URL);
    judge(input, url, guard);
    return url;
  }

  static @Nullable String optionalUrl(Input input, TargetGuard guard) {
    String url = input.optionalText("url", 1, MAX_URL);
    if (url != null) {
      judge(input, url, guard);
    }
    return url;
  }

  static Secret requiredSecret(Input input) {
    Secret secret = new Secret(input.requiredText("signing_secret", 1, MAX_SECRET));
    judge(input, secret);
    return secret;
  }

  static @Nullable Secret optionalSecret(Input input) {
    String text = input.optionalText("signing_secret", 1, MAX_SECRET);
    if (text == null) {
      return null;
    }
    Secret secret = new Secret(text);
    judge(input, secret);
    return secret;
  }

  /** Null when absent or null: both mean that there is none. */
  static @Nullable String description(Input input) {
    return input.isNull("description")
        ? null
        : input.optionalText("description", 0, MAX_DESCRIPTION);
  }

  private static void judge(Input input, String url, TargetGuard guard) {
    if (url.isEmpty() || url.length() > MAX_URL) {
      return;
    }
    TargetCheck check = guard.check(url);
    if (check instanceof TargetCheck.Malformed malformed) {
      input.issue(Issue.invalidString("url", "url", "Invalid url: it " + malformed.message()));
    } else if (check instanceof TargetCheck.Refused refused) {
      input.issue(Issue.custom("url", "This target is refused: it " + refused.message()));
    }
  }

  private static void judge(Input input, Secret secret) {
    if (!SigningSecret.isUsable(secret.value())) {
      input.issue(Issue.custom("signing_secret", SigningSecret.UNUSABLE));
    }
  }
}
