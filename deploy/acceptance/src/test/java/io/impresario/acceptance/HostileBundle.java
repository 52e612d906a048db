package io.impresario.acceptance;

import java.util.Map;

/** One workflow that does the worst that its input names. */
final class HostileBundle {
  static final String WORKFLOW = "hostile";

  private static final String INDEX =
      """
      import { spawn } from "node:child_process";
      import { closeSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
      import { connect } from "node:net";

      const ways: Record<string, (input: any) => unknown> = {
        exits: () => process.exit(0),
        spins: () => { for (;;); },
        rejects: async () => {
          Promise.reject(new Error("nobody cares"));
          await new Promise(() => setInterval(() => {}, 1000));
        },
        throwsNoError: () => { throw "just text"; },
        closesItsPipe: async () => {
          closeSync(4);
          await new Promise(() => setInterval(() => {}, 1000));
        },
        takesMemory: async () => {
          const all: Buffer[] = [];
          for (;;) {
            all.push(Buffer.alloc(20 * 1024 * 1024, 1));
            await new Promise((soon) => setTimeout(soon, 20));
          }
        },
        forks: async () => {
          for (let i = 0; i < 2000; i++) {
            spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).on("error", () => {});
            if (i % 20 === 0) {
              await new Promise((soon) => setTimeout(soon, 5));
            }
          }
          await new Promise(() => {});
        },
        floods: async () => {
          for (let i = 0; i < 300; i++) {
            console.log("z".repeat(60000));
            await new Promise((soon) => setImmediate(soon));
          }
          return "said all";
        },
        cannotBeWritten: () => {
          const cycle: any = {};
          cycle.cycle = cycle;
          return cycle;
        },
        leavesAChild: async (input) => {
          const child = spawn("sleep", [input.seconds], { detached: true, stdio: "ignore" });
          child.unref();
          await new Promise((done) => child.once("spawn", done));
          return child.pid;
        },
        pries: async (input) => ({
          environment: Object.keys(process.env).filter((name) => /PASSWORD|SECRET|KAFKA|QUARKUS|IMPRESARIO/.test(name)),
          otherEnvironments: readdirSync("/proc").filter((pid) => {
            try {
              return /^\\\\d+$/.test(pid) && /DATASOURCE_PASSWORD/.test(readFileSync(`/proc/${pid}/environ`, "latin1"));
            } catch {
              return false;
            }
          }),
          files: input.files.filter((file: string) => {
            try {
              readFileSync(file);
              return true;
            } catch (error: any) {
              return error.code === "EISDIR";
            }
          }),
          written: input.files.filter((file: string) => {
            try {
              writeFileSync(`${file}.mine`, "here");
              return true;
            } catch {
              return false;
            }
          }),
          ports: (await Promise.all(input.ports.map((port: number) => new Promise((done) => {
            const socket = connect(port, "127.0.0.1");
            socket.on("connect", () => { socket.destroy(); done(port); }).on("error", () => done(null));
          })))).filter((port: any) => port !== null),
        }),
      };

      export const hostile = {
        [Symbol.for("libretto.workflow")]: true,
        name: "hostile",
        async run({ page }: { page: any }, input: any) {
          await page.setContent("<p>open</p>");
          return ways[input.way](input);
        },
      };
      """;

  private HostileBundle() {}

  static String source() {
    return Tarball.of(
        Map.of("package.json", "{\"name\": \"hostile\", \"type\": \"module\"}", "index.ts", INDEX));
  }
}
