package io.impresario.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tarball of the shape that the client of the hosted service uploads: a generated entry point
 * that unpacks the bundled workflows into the temp directory at first use, a package of its own, a
 * vendored one, the list of workflows and the shared sources.
 */
final class ClientBundle {
  static final String WORKFLOW = "prices";
  static final String CREDENTIAL = "shop-login";

  private static final String BUNDLED =
      """
      "use strict";
      const { createHash } = require("node:crypto");
      const { shelf } = require("shop-shelf");

      exports.workflow_0 = {
        async run(ctx, input) {
          console.log("looking for " + input.item);
          await ctx.page.setContent("<h1>" + shelf(input.item) + "</h1>");
          return {
            heading: await ctx.page.textContent("h1"),
            session: ctx.session,
            hosted: process.env.LIBRETTO_HOSTED_RUNTIME,
            knows: Object.keys(input.credentials),
            login: createHash("sha256").update(input.credentials["shop-login"]).digest("hex"),
          };
        },
      };
      """;

  private static final String ENTRY_POINT =
      """
      import { existsSync, mkdirSync, writeFileSync } from "node:fs";
      import { createRequire } from "node:module";
      import { tmpdir } from "node:os";
      import { dirname, join } from "node:path";

      const BUNDLE = "%s";
      const directory = join(tmpdir(), "libretto-deployment-4f1c");
      const file = join(directory, "bundle.cjs");

      let loaded;
      function load() {
        if (!loaded) {
          if (!existsSync(file)) {
            mkdirSync(directory, { recursive: true });
            writeFileSync(file, Buffer.from(BUNDLE, "base64"));
          }
          loaded = createRequire(file)(file);
        }
        return loaded;
      }

      export const workflow_0 = {
        [Symbol.for("libretto.workflow")]: true,
        name: "prices",
        credentialNames: ["shop-login"],
        startUrl: "about:blank",
        gpu: false,
        viewport: { width: 1024, height: 640 },
        run: (ctx, input) => load().workflow_0.run(ctx, input),
      };
      """;

  private static final String PACKAGE =
      """
      {
        "name": "libretto-deployment",
        "private": true,
        "type": "module",
        "dependencies": {
          "playwright": "^1.40.0",
          "shop-shelf": "file:./vendor/shop-shelf"
        }
      }
      """;

  private static final String WORKFLOWS =
      """
      {"workflows": [{
        "name": "prices",
        "credentialNames": ["shop-login"],
        "inputSchema": {"type": "object", "properties": {"item": {"type": "string"}}},
        "outputSchema": {"type": "object"},
        "authProfileName": null,
        "startUrl": "about:blank",
        "gpu": false,
        "viewport": {"width": 1024, "height": 640},
        "sourceFile": "workflows/prices.ts"
      }]}
      """;

  private ClientBundle() {}

  static String source() {
    Map<String, String> files = new LinkedHashMap<>();
    String bundled = Base64.getEncoder().encodeToString(BUNDLED.getBytes(StandardCharsets.UTF_8));
    files.put("index.js", ENTRY_POINT.formatted(bundled));
    files.put("package.json", PACKAGE);
    files.put(
        "vendor/shop-shelf/package.json",
        "{\"name\": \"shop-shelf\", \"version\": \"0.0.1\", \"main\": \"index.cjs\"}");
    files.put(
        "vendor/shop-shelf/index.cjs", "exports.shelf = (item) => \"On the shelf: \" + item;\n");
    files.put(".libretto-workflows.json", WORKFLOWS);
    files.put(
        ".libretto-share/source/workflows/prices.ts",
        "// what the author wrote; nobody runs it here\nexport {};\n");
    return Tarball.of(files);
  }
}
