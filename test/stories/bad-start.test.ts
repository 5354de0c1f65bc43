import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { DEMO } from "./demo-words.ts";
import { attach, cage, finish, run, STACK, temporaryDir } from "./service.ts";

describe("a second NEXUS on the same data", () => {
  test("is refused with what to do instead, and the first goes on", async () => {
    using dir = temporaryDir();
    await using first = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    const second = await finish(["start"], { dataDir: dir.path });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("(data_locked)");
    expect(second.stderr).toContain("npm run nexus -- console");
    expect(second.stderr).not.toMatch(STACK);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 1");
    first.kill("SIGTERM");
    expect(await first.ended).toEqual({ code: 0, signal: null });
  });

  test("as a single question is answered by the one that runs", async () => {
    using dir = temporaryDir();
    await using service = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    await terminal.say(DEMO.count);
    const asked = await finish(["ask", DEMO.count], { dataDir: dir.path });
    expect(asked.code).toBe(0);
    expect(asked.stdout).toContain("counter is at 2");
    service.kill("SIGTERM");
    await service.ended;
  });

  test("when two start at the same moment, one runs and the other says why not", async () => {
    using dir = temporaryDir();
    await using one = run(["start"], { dataDir: dir.path });
    await using other = run(["start"], { dataDir: dir.path });
    const loser = await Promise.race([one.ended.then(() => one), other.ended.then(() => other)]);
    expect(loser.stderr()).toContain("(data_locked)");
    await using terminal = await attach(dir.path);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 1");
  });
});

describe("data that cannot be used", () => {
  test.each([
    ["its first page", 0, 100],
    ["a page in its middle", 3 * 4096, 4096],
  ])(
    "a database with %s overwritten is called damaged, by start and by doctor, and left as it is",
    async (...where) => {
      const [, from, bytes] = where;
      using dir = temporaryDir();
      const path = join(dir.path, "nexus.db");
      await finish(["ask", DEMO.count], { dataDir: dir.path });
      const size = statSync(path).size;
      const file = openSync(path, "r+");
      writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
      closeSync(file);

      const started = await finish(["start"], { dataDir: dir.path });
      expect(started.code).toBe(1);
      expect(started.stderr).toContain("(store_corrupt)");
      expect(started.stderr).toContain("backup");
      expect(started.stderr).not.toMatch(STACK);
      const examined = await finish(["doctor", "--plain"], { dataDir: dir.path });
      expect(examined.code).toBe(1);
      expect(examined.stdout).toMatch(/FAIL database .*damaged/);
      expect(statSync(path).size).toBe(size);
    },
  );

  test("the database of a newer NEXUS is left alone, and that is said", async () => {
    using dir = temporaryDir();
    await finish(["ask", DEMO.count], { dataDir: dir.path });
    const db = new DatabaseSync(join(dir.path, "nexus.db"));
    db.exec("insert into migrations (name, timestamp) values ('999-from-the-future', '2030-01-01T00:00:00Z')");
    db.close();
    const { code, stderr } = await finish(["start"], { dataDir: dir.path });
    expect(code).toBe(1);
    expect(stderr).toContain("(store_newer)");
    expect(stderr).not.toMatch(STACK);
  });

  test.each([
    ["is a file", (dir: string) => join(dir, "a-file")],
    ["is below a file", (dir: string) => join(dir, "a-file", "data")],
    ["is too long for a socket", (dir: string) => join(dir, "long".repeat(30))],
  ])("a data directory that %s is named, by start and by a single question alike", async (_, pathIn) => {
    using dir = temporaryDir();
    writeFileSync(join(dir.path, "a-file"), "");
    const dataDir = pathIn(dir.path);
    for (const args of [["start"], ["ask", "status"]]) {
      const { code, stderr } = await finish(args, { dataDir });
      expect(stderr).not.toMatch(STACK);
      expect(stderr).toContain("(data_unusable)");
      expect(code).toBe(1);
    }
  });

  test("a data directory on a disk that is mounted read-only is named", async () => {
    using dir = temporaryDir();
    const within = cage(`mount -t tmpfs -o ro none ${dir.path}`);
    const { code, stderr } = await finish(["start"], { dataDir: dir.path, within });
    expect(stderr).toContain("(data_unusable)");
    expect(stderr).not.toMatch(STACK);
    expect(code).toBe(1);
  });

  test("a database that is a directory is named, and so is a log that cannot be written", async () => {
    using dir = temporaryDir();
    mkdirSync(join(dir.path, "nexus.db"));
    const { code, stderr } = await finish(["start"], { dataDir: dir.path });
    expect(code).toBe(1);
    expect(stderr).toContain("(data_unusable)");
    using other = temporaryDir();
    mkdirSync(join(other.path, "nexus.log"));
    const asked = await finish(["ask", "status"], { dataDir: other.path });
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("(data_unusable)");
    expect(asked.stderr).not.toMatch(STACK);
  });

  test("a key file that was replaced does not start, or says which credentials it cannot read", async () => {
    using dir = temporaryDir();
    await finish(["ask", "status"], { dataDir: dir.path });
    writeFileSync(join(dir.path, "master.key"), "not a key");
    const { code, stderr } = await finish(["start"], { dataDir: dir.path });
    expect(code).toBe(1);
    expect(stderr).toMatch(/\((credential_unreadable|data_unusable|config_invalid)\)/);
    expect(stderr).toContain("master.key");
    expect(stderr).not.toMatch(STACK);
  });
});

describe("settings that cannot be used", () => {
  test("are all named at once, with what was expected, and nothing is created", async () => {
    using dir = temporaryDir();
    const dataDir = join(dir.path, "data");
    const settings = {
      NEXUS_HTTP_PORT: "99999",
      NEXUS_LOCALE: "no such tongue",
      NEXUS_TIME_ZONE: "Mars/Olympus",
      NEXUS_RUNNERS: "zero",
      NEXUS_DATADIR: "/srv/nexus",
    };
    const { code, stderr } = await finish(["start"], { dataDir, settings });
    expect(code).toBe(1);
    for (const name of Object.keys(settings)) expect(stderr).toContain(name);
    expect(stderr).toContain("did you mean NEXUS_DATA_DIR?");
    expect(stderr).toContain("(config_invalid)");
    expect(stderr).not.toMatch(STACK);
    expect(existsSync(dataDir)).toBe(false);
  });

  test("a watched folder that does not exist is named", async () => {
    using dir = temporaryDir();
    const settings = { NEXUS_WATCH_FOLDER: join(dir.path, "no-such-folder") };
    const { code, stderr, stdout } = await finish(["ask", "status"], { dataDir: dir.path, settings });
    expect({ code, names: (stderr + stdout).includes("no-such-folder") }).toEqual({ code: 1, names: true });
  });

  test("a port that is taken is named, and the data is free for the next try", async () => {
    using dir = temporaryDir();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const settings = { NEXUS_HTTP_PORT: port };
    const { code, stderr } = await finish(["start"], { dataDir: dir.path, settings });
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port}`);
    expect(stderr).toContain("NEXUS_HTTP_PORT");
    expect(stderr).not.toMatch(STACK);
    server.close();
    await once(server, "close");
    expect(readdirSync(dir.path)).not.toContain("console.sock");
    expect((await finish(["ask", DEMO.count], { dataDir: dir.path })).stdout).toContain("counter is at 1");
  });
});
