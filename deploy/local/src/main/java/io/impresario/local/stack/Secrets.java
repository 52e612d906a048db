package io.impresario.local.stack;

import io.impresario.embedded.DatabaseBootstrap;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Every key and password of one data directory: made once, kept in {@code secrets.json} (mode
 * 0600), handed to the processes by environment, never logged.
 */
record Secrets(
    String apiKey,
    String adminKey,
    String identitySecret,
    String secretsKeys,
    String superuserPassword,
    Map<String, String> loginPasswords) {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  static Secrets of(Path data) throws IOException {
    Path file = data.resolve("secrets.json");
    if (Files.exists(file)) {
      return Json.MAPPER.readValue(file.toFile(), Secrets.class);
    }
    Secrets made = random(new SecureRandom());
    Path draft = data.resolve("secrets.json.draft");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, Json.MAPPER.writeValueAsString(made));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  private static Secrets random(SecureRandom random) {
    Map<String, String> passwords = new TreeMap<>();
    DatabaseBootstrap.SERVICES.forEach(service -> passwords.put(service, token(random)));
    return new Secrets(
        apiKey(random),
        "adm_" + token(random),
        token(random),
        "local1:" + Base64.getEncoder().encodeToString(bytes(random)),
        token(random),
        passwords);
  }

  /** As the gateway makes them: {@code imp_}, 32 random bytes in base62, a CRC-32 of all that. */
  private static String apiKey(SecureRandom random) {
    String body = "imp_" + base62(new BigInteger(1, bytes(random)), 43);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return body + base62(BigInteger.valueOf(crc.getValue()), 6);
  }

  private static String base62(BigInteger number, int digits) {
    BigInteger base = BigInteger.valueOf(BASE62.length());
    StringBuilder text = new StringBuilder();
    BigInteger rest = number;
    for (int i = 0; i < digits; i++) {
      BigInteger[] division = rest.divideAndRemainder(base);
      text.append(BASE62.charAt(division[1].intValue()));
      rest = division[0];
    }
    return text.reverse().toString();
  }

  private static String token(SecureRandom random) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random));
  }

  private static byte[] bytes(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return "Secrets[redacted]";
  }
}
