package io.impresario.job.submission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.impresario.events.JobRequested;
import io.impresario.events.spec.SpecDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells whether two requests under one nonce ask for the same: the order of keys, white space and
 * defaults that are spelt out do not matter. It covers the spec as a whole, so no option can be
 * forgotten. The callback's secret is not in it, because a hash would let a reader of the table
 * guess a weak one; it is compared apart.
 */
final class InputHash {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private InputHash() {}

  static byte[] of(JobRequested job) {
    String text =
        String.join(
            "\u0000",
            job.workflow(),
            canonical(job.params().text()),
            SpecDocument.write(job.spec()));
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  private static String canonical(String json) {
    try {
      StringBuilder text = new StringBuilder(json.length());
      write(JSON.readTree(json), text);
      return text.toString();
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException("params are not JSON", notJson);
    }
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
      Iterator<Map.Entry<String, JsonNode>> fields = sorted.entrySet().iterator();
      out.append('{');
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        out.append(JsonNodeFactory.instance.textNode(field.getKey())).append(':');
        write(field.getValue(), out);
        out.append(fields.hasNext() ? "," : "");
      }
      out.append('}');
    } else if (node.isArray()) {
      out.append('[');
      node.forEach(
          element -> {
            write(element, out);
            out.append(',');
          });
      out.append(']');
    } else {
      out.append(node);
    }
  }
}
