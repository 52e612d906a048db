package io.impresario.job.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Where the entries and links of an archive lead, decided on their text alone. A path is a list of
 * plain names below the root of the tree; anything that could mean another place is refused rather
 * than repaired.
 */
final class EntryPath {
  /** Longer names than this do not fit the file systems that we unpack to. */
  private static final int MAX_NAME_BYTES = 255;

  private static final int MAX_PATH_CHARS = 2048;

  private EntryPath() {}

  /** The names that lead to an entry; empty for the root itself ({@code ./}). */
  static List<String> parse(String entry) throws RefusedEntry {
    if (isAbsolute(entry)) {
      throw new RefusedEntry("The archive has an absolute path: " + shown(entry));
    }
    List<String> names = new ArrayList<>();
    for (String name : entry.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        throw new RefusedEntry("The archive has a path with \"..\": " + shown(entry));
      }
      names.add(checkedName(name, entry));
    }
    return names;
  }

  /**
   * Where a symbolic link leads.
   *
   * @param text what to write: without dots behind a name, which could be walked from wherever
   *     another link leads
   * @param passed the directories that were left again on the way: each has to be a real one for
   *     the text to mean the same
   */
  record Link(String text, List<List<String>> passed) {}

  /**
   * Checks that a symbolic link stays in the tree. The leading dots are walked in real directories,
   * which can be counted here; dots after a name are resolved.
   */
  static Link link(List<String> link, String target) throws RefusedEntry {
    if (target.isEmpty()
        || target.length() > MAX_PATH_CHARS
        || target.indexOf('\0') >= 0
        || isAbsolute(target)) {
      throw leaves(link, target);
    }
    List<String> from = link.subList(0, link.size() - 1);
    Deque<String> at = new ArrayDeque<>(from);
    List<List<String>> passed = new ArrayList<>();
    boolean named = false;
    for (String name : target.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (!name.equals("..")) {
        named = true;
        at.addLast(name);
        continue;
      }
      if (named) {
        passed.add(List.copyOf(at));
      }
      if (at.pollLast() == null) {
        throw leaves(link, target);
      }
    }
    return new Link(passed.isEmpty() ? target : relative(from, List.copyOf(at)), passed);
  }

  private static String relative(List<String> from, List<String> to) {
    int common = 0;
    while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
      common++;
    }
    List<String> names = new ArrayList<>(Collections.nCopies(from.size() - common, ".."));
    names.addAll(to.subList(common, to.size()));
    return names.isEmpty() ? "." : String.join("/", names);
  }

  static RefusedEntry leaves(List<String> link, String target) {
    return new RefusedEntry(
        "The archive has a link that leaves it: "
            + shown(String.join("/", link))
            + " -> "
            + shown(target));
  }

  static RefusedEntry nameless() {
    return new RefusedEntry("The archive has a file without a name.");
  }

  static RefusedEntry special(String entry) {
    return new RefusedEntry("The archive has a device or another special file: " + shown(entry));
  }

  private static boolean isAbsolute(String path) {
    return path.startsWith("/") || path.startsWith("\\") || path.matches("^[A-Za-z]:[\\\\/].*");
  }

  private static String checkedName(String name, String entry) throws RefusedEntry {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (name.indexOf('\0') >= 0 || bytes > MAX_NAME_BYTES || entry.length() > MAX_PATH_CHARS) {
      throw new RefusedEntry("The archive has a path that cannot be a file: " + shown(entry));
    }
    return name;
  }

  /** Names come from strangers and end in error messages: control characters out, not too long. */
  static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 200 ? clean : clean.substring(0, 200) + "…";
  }
}
