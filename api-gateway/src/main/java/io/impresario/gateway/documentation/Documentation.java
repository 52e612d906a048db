package io.impresario.gateway.documentation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of the documentation, by path. A file that is missing from the build stops the start.
 */
@ApplicationScoped
public class Documentation {
  /** What one GET answers. */
  public record Page(String contentType, Buffer content) {}

  private static final String FOLDER = "/documentation/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private final Map<String, Page> pages =
      Map.of(
          "/openapi.json", new Page("application/json", Buffer.buffer(json("openapi.yaml"))),
          "/docs", page("text/html; charset=utf-8", "page.html"),
          "/docs/page.js", page(SCRIPT, "page.js"),
          "/docs/swagger-ui-bundle.js", page(SCRIPT, "swagger-ui-bundle.js"),
          "/docs/swagger-ui.css", page("text/css; charset=utf-8", "swagger-ui.css"));

  public Optional<Page> find(String path) {
    return Optional.ofNullable(pages.get(path));
  }

  public Set<String> paths() {
    return pages.keySet();
  }

  private static Page page(String contentType, String name) {
    return new Page(contentType, Buffer.buffer(read(name)));
  }

  private static byte[] json(String name) {
    try {
      return JsonMapper.builder().build().writeValueAsBytes(new YAMLMapper().readTree(read(name)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(name + " is not valid YAML", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(String name) {
    try (InputStream file = Documentation.class.getResourceAsStream(FOLDER + name)) {
      if (file == null) {
        throw new IllegalStateException(FOLDER + name + " is missing from the build");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
