package io.impresario.targets;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads addresses as they can stand in a URL, in every spelling that some client library takes:
 * decimal, octal and hexadecimal IPv4 of one to four parts (the URL standard's host parser) and
 * bracketed IPv6. Java's own parser is not used because it asks the resolver for what it does not
 * understand.
 */
final class IpLiteral {

  private IpLiteral() {}

  /** Whether the last label makes a host an IPv4 address or nothing, by the URL standard. */
  static boolean endsInNumber(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return !last.isEmpty()
        && (last.chars().allMatch(c -> c >= '0' && c <= '9') || last.matches("0x[0-9a-f]*"));
  }

  /** IPv4 in one to four parts; every part but the last is a byte, the last fills the rest. */
  static Optional<InetAddress> ipv4(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length > 4) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < parts.length; i++) {
      long part = number(parts[i]);
      boolean last = i == parts.length - 1;
      long limit = last ? 1L << (8 * (5 - parts.length)) : 256;
      if (part < 0 || part >= limit) {
        return Optional.empty();
      }
      value = last ? value + part : value + (part << (8 * (3 - i)));
    }
    return Optional.of(
        address(
            new byte[] {
              (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
            }));
  }

  /** IPv6 without brackets, with {@code ::} and a dotted tail; no zone. */
  static Optional<InetAddress> ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return Optional.empty();
    }
    byte[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), true);
    if (head.length % 2 != 0 || tail.length % 2 != 0) {
      return Optional.empty();
    }
    int total = head.length + tail.length;
    if (gap < 0 ? total != 16 : total > 14) {
      return Optional.empty();
    }
    byte[] bytes = new byte[16];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
    return Optional.of(address(bytes));
  }

  static Optional<InetAddress> network(String text) {
    return text.indexOf(':') >= 0 ? ipv6(text.toLowerCase(Locale.ROOT)) : ipv4(text);
  }

  /** The octets of a run of groups; one octet (an odd length) stands for what is not one. */
  private static byte[] groups(String text, boolean dottedTail) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    byte[] bytes = new byte[parts.length * 2 + 2];
    int used = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      if (last && dottedTail && parts[i].matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
        Optional<InetAddress> dotted = ipv4(parts[i].replaceAll("(^|\\.)0+(?=\\d)", "$1"));
        if (dotted.isEmpty()) {
          return new byte[1];
        }
        System.arraycopy(dotted.get().getAddress(), 0, bytes, used, 4);
        used += 4;
      } else if (parts[i].matches("[0-9a-f]{1,4}")) {
        int group = Integer.parseInt(parts[i], 16);
        bytes[used++] = (byte) (group >> 8);
        bytes[used++] = (byte) group;
      } else {
        return new byte[1];
      }
    }
    return Arrays.copyOf(bytes, used);
  }

  /** A part's value, or -1 when it is no number or far too large. */
  private static long number(String part) {
    if (part.isEmpty() || part.length() > 14) {
      return -1;
    }
    try {
      if (part.startsWith("0x")) {
        return part.length() == 2 ? 0 : Long.parseLong(part.substring(2), 16);
      }
      if (!part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return -1;
      }
      return part.length() > 1 && part.startsWith("0")
          ? Long.parseLong(part, 8)
          : Long.parseLong(part);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 octets, not " + bytes.length, e);
    }
  }
}
