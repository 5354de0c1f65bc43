import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { askFromInside, lookAt, startAnswering, statusOf, UNBOUND } from "#test/fenced-kit.ts";
import { raiseFences } from "./fences.ts";
import { CPU_LIMIT_S } from "./limits.ts";
import { createLocalLauncher } from "./local-launcher.ts";

const fences = raiseFences();
const launcher = createLocalLauncher(fences);
afterAll(() => launcher[Symbol.asyncDispose]());

const list = fences.list({ compiler: false });
const isUp = (name: string): boolean => list.some((fence) => fence.name === name && fence.up);
const hasEmptyRoot = list.some(({ name, why }) => name === "files" && why === undefined);
const isRoot = process.getuid?.() === 0;

const read = (path: string): string => `import("node:fs").then(({ readFileSync }) => readFileSync("${path}", "utf8"))`;
const write = (path: string): string => `import("node:fs").then(({ writeFileSync }) => writeFileSync("${path}", "x"))`;
const spawn = `import("node:child_process").then(({ spawnSync }) => spawnSync("/bin/true").error?.code ?? "started")`;
const reach = (port: number): string => `new Promise((resolve) => {
  import("node:net").then(({ connect }) => {
    const socket = connect(${port}, "127.0.0.1", () => resolve("connected"));
    socket.on("error", (error) => resolve(error.code));
  });
})`;

describe("Node alone keeps a fenced process", () => {
  test("from the environment, but for the time zone", async () => {
    expect(await askFromInside(launcher, "{ ...process.env }")).toEqual({ TZ: "UTC" });
  });

  test("from every file, to read, list or write", async () => {
    const denied = { threw: "ERR_ACCESS_DENIED" };
    using inside = await startAnswering(launcher);
    expect(await inside.ask(read("/etc/passwd"))).toEqual(denied);
    expect(await inside.ask(read("/proc/self/status"))).toEqual(denied);
    expect(await inside.ask(read(import.meta.filename))).toEqual(denied);
    expect(await inside.ask(`import("node:fs").then(({ readdirSync }) => readdirSync("/"))`)).toEqual(denied);
    expect(await inside.ask(write("/tmp/nexus-was-here"))).toEqual(denied);
  });

  test("from starting anything, and from WebAssembly", async () => {
    const denied = { threw: "ERR_ACCESS_DENIED" };
    using inside = await startAnswering(launcher);
    expect(await inside.ask(spawn)).toEqual(denied);
    const worker = `import("node:worker_threads").then(({ Worker }) => new Worker("1", { eval: true }).threadId)`;
    expect(await inside.ask(worker)).toEqual(denied);
    expect(await inside.ask("typeof WebAssembly")).toBe("undefined");
  });
});

describe.runIf(isUp("network"))("the kernel alone keeps a fenced process", () => {
  test("from the services of this machine: its only device is itself", async () => {
    await using server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    using inside = await startAnswering(launcher, UNBOUND);
    expect(await inside.ask(reach(port))).toMatch(/^E(?:NETUNREACH|CONNREFUSED)$/);
    expect(await inside.ask(`import("node:os").then((os) => Object.keys(os.networkInterfaces()))`)).toEqual([]);
    const devices = readFileSync(`/proc/${inside.pid}/net/dev`, "latin1").split("\n").slice(2).filter(Boolean);
    expect(devices.map((line) => line.split(":", 1)[0]?.trim())).toEqual(["lo"]);
  });

  test.runIf(hasEmptyRoot)(
    "from the disk: there is nothing but what it needs to start, and nothing to write to",
    async () => {
      using inside = await startAnswering(launcher, UNBOUND);
      expect(await inside.ask(`import("node:fs").then(({ readdirSync }) => readdirSync("/"))`)).not.toContain("etc");
      expect(await inside.ask(read("/etc/passwd"))).toEqual({ threw: "ENOENT" });
      expect(await inside.ask(read(import.meta.filename))).toEqual({ threw: "ENOENT" });
      expect(await inside.ask(read("/proc/self/status"))).toEqual({ threw: "ENOENT" });
      for (const path of ["/x", "/tmp/x", "/usr/lib/x", process.execPath]) {
        expect(await inside.ask(write(path))).toMatchObject({
          threw: expect.stringMatching(/^E(?:NOENT|ROFS|ACCES)$/),
        });
      }
      expect(await inside.ask(spawn)).toBe("ENOENT");
    },
  );

  test.runIf(hasEmptyRoot)(
    "from its like: every process has namespaces of its own, and none may open another",
    async () => {
      const spaces = (pid: number): string[] =>
        ["user", "net", "ipc", "uts", "mnt"].map((name) => readlinkSync(`/proc/${pid}/ns/${name}`));
      using one = await startAnswering(launcher, UNBOUND);
      using other = await startAnswering(launcher);
      const seen = [spaces(process.pid), spaces(one.pid), spaces(other.pid)];
      for (const index of [0, 1, 2, 3, 4]) expect(new Set(seen.map((each) => each[index])).size).toBe(3);
    },
  );
});

describe.runIf(isUp("privileges"))("what a fenced process is", () => {
  test("it holds no capability and can get none", async () => {
    const status = await lookAt(launcher, statusOf);
    const sets = ["CapInh", "CapPrm", "CapEff", "CapAmb", ...(isUp("network") ? ["CapBnd"] : [])];
    for (const set of sets) expect(status.get(set)).toMatch(/^0+$/);
    expect(status.get("NoNewPrivs")).toBe("1");
  });

  test.runIf(isRoot && isUp("user"))("it is nobody, and in no group, although NEXUS is root", async () => {
    const status = await lookAt(launcher, statusOf);
    const four = [65_534, 65_534, 65_534, 65_534].join("\t");
    expect([status.get("Uid"), status.get("Gid"), status.get("Groups")]).toEqual([four, four, ""]);
  });

  test.runIf(!isRoot)("it is who NEXUS is, which is not root", async () => {
    const status = await lookAt(launcher, statusOf);
    expect(status.get("Uid")?.split("\t")).toEqual(Array.from({ length: 4 }, () => String(process.getuid?.())));
  });
});

describe.runIf(isUp("limits"))("the limits of a fenced process", () => {
  test("stand as they were set, soft and hard", async () => {
    const limits = await lookAt(launcher, (pid) => readFileSync(`/proc/${pid}/limits`, "latin1"));
    const limit = (name: string): string[] => new RegExp(`^${name} +(\\S+) +(\\S+)`, "m").exec(limits)?.slice(1) ?? [];
    expect(limit("Max cpu time")).toEqual([`${CPU_LIMIT_S}`, `${CPU_LIMIT_S}`]);
    expect(limit("Max address space")).toEqual(["2684354560", "2684354560"]);
    expect(limit("Max file size")).toEqual(["0", "0"]);
    expect(limit("Max core file size")).toEqual(["0", "0"]);
    expect(limit("Max open files")).toEqual(["64", "64"]);
  });

  test.runIf(hasEmptyRoot)("hold for the threads of one process, in a user namespace of its own", async () => {
    using inside = await startAnswering(launcher);
    expect(readFileSync(`/proc/${inside.pid}/limits`, "latin1")).toMatch(/^Max processes +48 +48 /m);
  });

  test("leave room for WebAssembly in a program with a compiler, and not for more", async () => {
    const program = { ...UNBOUND, name: "compiling", compiler: true };
    using inside = await startAnswering(launcher, program);
    expect(await inside.ask("new WebAssembly.Memory({ initial: 1, maximum: 4096 }).grow(1024)")).toBe(1);
    expect(await inside.ask("new WebAssembly.Memory({ initial: 65536 }).buffer.byteLength")).toMatchObject({
      threw: expect.stringContaining("could not allocate memory"),
    });
  });

  test.runIf(process.platform === "linux")("the kernel, short of memory, ends it before any other", async () => {
    using inside = await startAnswering(launcher);
    expect(readFileSync(`/proc/${inside.pid}/oom_score_adj`, "latin1").trim()).toBe("1000");
  });
});
