package io.impresario.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets with AES-256-GCM under the newest key and opens them under any key of the ring, so
 * that keys can be rotated while both are known. A sealed text is {@code v1.<key id>.<base64url of
 * nonce, ciphertext and tag>} and opens only under the context it was sealed with (for example
 * {@code job:<id>}): it cannot be moved to another row. Nonces are 96 random bits (NIST SP
 * 800-38D), good for 2^32 seals under one key. Thread-safe.
 */
public final class KeyRing {
  private static final String VERSION = "v1";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;

  private final Map<String, SecretKeySpec> keys;
  private final String newest;
  private final SecureRandom random = new SecureRandom();

  private KeyRing(Map<String, SecretKeySpec> keys, String newest) {
    this.keys = keys;
    this.newest = newest;
  }

  /**
   * @param setting {@code id:base64[,id:base64…]}, 32 bytes each, the newest first
   * @throws IllegalArgumentException naming the entry that is wrong, never a key
   */
  public static KeyRing parse(String setting) {
    Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
    for (String entry : setting.split(",", -1)) {
      String[] parts = entry.strip().split(":", 2);
      if (parts.length != 2 || !parts[0].matches("[A-Za-z0-9_-]{1,32}")) {
        throw new IllegalArgumentException(
            "impresario.secrets.keys: entry "
                + (keys.size() + 1)
                + " is not <id>:<base64 of 32 bytes>");
      }
      if (keys.put(parts[0], new SecretKeySpec(bytes(parts), "AES")) != null) {
        throw new IllegalArgumentException(
            "impresario.secrets.keys: the id " + parts[0] + " appears twice");
      }
    }
    return new KeyRing(keys, keys.keySet().iterator().next());
  }

  private static byte[] bytes(String[] entry) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(entry[1]);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "impresario.secrets.keys: the key " + entry[0] + " is not base64", e);
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "impresario.secrets.keys: the key "
              + entry[0]
              + " has "
              + bytes.length
              + " bytes, not 32");
    }
    return bytes;
  }

  /** The id of the key that {@link #seal} uses. */
  public String newestKeyId() {
    return newest;
  }

  /** The id of the key that a sealed text needs. */
  public static String keyIdOf(String sealed) {
    return parts(sealed)[1];
  }

  public String seal(String plain, String context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed =
        crypt(Cipher.ENCRYPT_MODE, newest, nonce, plain.getBytes(StandardCharsets.UTF_8), context);
    byte[] all = ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    return VERSION
        + "."
        + newest
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /**
   * @throws IllegalArgumentException when the text was damaged, sealed elsewhere, or its key is not
   *     in the ring
   */
  public String open(String sealed, String context) {
    String[] parts = parts(sealed);
    byte[] all = Base64.getUrlDecoder().decode(parts[2]);
    if (all.length < NONCE_BYTES + TAG_BITS / 8) {
      throw new IllegalArgumentException("a sealed secret is too short");
    }
    byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
    byte[] body = Arrays.copyOfRange(all, NONCE_BYTES, all.length);
    return new String(
        crypt(Cipher.DECRYPT_MODE, parts[1], nonce, body, context), StandardCharsets.UTF_8);
  }

  private byte[] crypt(int mode, String keyId, byte[] nonce, byte[] input, String context) {
    SecretKeySpec key = keys.get(keyId);
    if (key == null) {
      throw new IllegalArgumentException("no key with id " + keyId + " is configured");
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a secret does not open under key " + keyId, e);
    }
  }

  private static String[] parts(String sealed) {
    String[] parts = sealed.split("\\.", 3);
    if (parts.length != 3 || !parts[0].equals(VERSION)) {
      throw new IllegalArgumentException("not a sealed secret");
    }
    return parts;
  }
}
