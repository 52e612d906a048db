package io.impresario.local.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Verifies both signatures of a callback as its receiver would. */
final class CallbackSignatures {
  private CallbackSignatures() {}

  /** {@code x-webhook-signature}: hex of the HMAC of the body. */
  static boolean plain(DemoSite.Callback callback, String secret) {
    String expected = HexFormat.of().formatHex(hmac(secret, callback.body()));
    return same(expected, callback.header("x-webhook-signature"));
  }

  /** {@code webhook-signature} of Standard Webhooks, over id, timestamp and body. */
  static boolean standard(DemoSite.Callback callback, String secret) {
    byte[] head =
        (callback.header("webhook-id") + "." + callback.header("webhook-timestamp") + ".")
            .getBytes(StandardCharsets.UTF_8);
    byte[] signed = new byte[head.length + callback.body().length];
    System.arraycopy(head, 0, signed, 0, head.length);
    System.arraycopy(callback.body(), 0, signed, head.length, callback.body().length);
    String expected = "v1," + Base64.getEncoder().encodeToString(hmac(secret, signed));
    return same(expected, callback.header("webhook-signature"));
  }

  private static boolean same(String expected, String actual) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(String secret, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
