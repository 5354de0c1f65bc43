import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { NexusError } from "#core/contract/errors.ts";

function problemsOf(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof NexusError && error.code === "config_invalid") return error.say;
    throw error;
  }
  return "";
}

function configFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "nexus-config-")), "nexus.json");
  writeFileSync(path, text);
  return path;
}

test("without any setting NEXUS listens on loopback and shows sample data", () => {
  const config = readConfig({});
  expect(config.http).toEqual({ host: "127.0.0.1", port: 7070 });
  expect(config.sampleData).toBe(true);
});

test("every wrong value is named with what was expected, all at once", () => {
  const problems = problemsOf({
    NEXUS_HTTP_PORT: "70700",
    NEXUS_LOG_LEVEL: "loud",
    NEXUS_SAMPLE_DATA: "maybe",
    NEXUS_TIME_ZONE: "Mars/Olympus",
    NEXUS_RUNNERS: "0",
  });
  expect(problems).toContain('NEXUS_HTTP_PORT is "70700": expected a port from 0 to 65535, or off');
  expect(problems).toContain('NEXUS_LOG_LEVEL is "loud": expected one of debug, info, warn, error, silent');
  expect(problems).toContain('NEXUS_SAMPLE_DATA is "maybe": expected on or off');
  expect(problems).toContain('NEXUS_TIME_ZONE is "Mars/Olympus": expected an IANA time zone');
  expect(problems).toContain('NEXUS_RUNNERS is "0": expected a number from 1 to 32');
});

test("the fences an operator demands are a list of names, or none", () => {
  expect(readConfig({}).sandbox.minimum).toBeUndefined();
  expect(readConfig({ NEXUS_SANDBOX_MINIMUM: "network, user,limits" }).sandbox.minimum).toEqual([
    "network",
    "user",
    "limits",
  ]);
  expect(readConfig({ NEXUS_SANDBOX_MINIMUM: "none" }).sandbox.minimum).toEqual([]);
  const path = configFile('{"sandbox": {"minimum": ["files"], "socket": "/run/nexus/runner.sock"}}');
  expect(readConfig({ NEXUS_CONFIG: path }).sandbox).toMatchObject({
    minimum: ["files"],
    socket: "/run/nexus/runner.sock",
  });
});

test("a fence that does not exist is named with those that do", () => {
  const problems = problemsOf({ NEXUS_SANDBOX_MINIMUM: "network,moat" });
  expect(problems).toContain("NEXUS_SANDBOX_MINIMUM");
  expect(problems).toContain("moat");
  for (const name of ["process", "environment", "files", "network", "user", "privileges", "limits", "memory"]) {
    expect(problems).toContain(name);
  }
});

test("a misspelt setting is refused and the nearest one named", () => {
  expect(problemsOf({ NEXUS_DATADIR: "/srv/nexus" })).toContain("did you mean NEXUS_DATA_DIR?");
});

test("the environment wins over the config file, and the file over the defaults", () => {
  const path = configFile('{"http": {"port": 8080}, "locale": "pt-PT"}');
  const config = readConfig({ NEXUS_CONFIG: path, NEXUS_HTTP_PORT: "9090" });
  expect(config).toMatchObject({ http: { host: "127.0.0.1", port: 9090 }, locale: "pt-PT" });
});

test("an unknown key in the config file is an error, not a silence", () => {
  expect(problemsOf({ NEXUS_CONFIG: configFile('{"http": {"prot": 1}}') })).toContain("http.prot is not a setting");
});

test("a config file that is missing or not JSON is named", () => {
  const path = configFile("port = 3");
  expect(problemsOf({ NEXUS_CONFIG: path })).toContain(path);
  expect(problemsOf({ NEXUS_CONFIG: "/nowhere/nexus.json" })).toContain("/nowhere/nexus.json");
});

test("half of Slack's tokens, or both ways at once, is named with what is missing", () => {
  const half = problemsOf({ NEXUS_SLACK_BOT_TOKEN: "xoxb-1" });
  expect(half).toContain("NEXUS_SLACK_APP_TOKEN is missing: Socket Mode needs both tokens");
  const http = { NEXUS_SLACK_SIGNING_SECRET: "s", NEXUS_SLACK_CLIENT_ID: "1.2" };
  expect(problemsOf(http)).toContain("NEXUS_SLACK_PUBLIC_URL is missing: HTTP mode needs");
});

test("a token of the wrong kind is named without being repeated", () => {
  const problems = problemsOf({ NEXUS_SLACK_BOT_TOKEN: "xoxp-of-a-person", NEXUS_SLACK_APP_TOKEN: "xapp-1" });
  expect(problems).toContain("NEXUS_SLACK_BOT_TOKEN is set, but not usable: expected the bot token");
  expect(problems).not.toContain("xoxp-of-a-person");
});

test("a platform's tokens never go to an address in the clear, unless it is this machine's", () => {
  expect(problemsOf({ NEXUS_SLACK_API_URL: "http://slack.example/api/" })).toContain("expected an https:// address");
  expect(readConfig({ NEXUS_DISCORD_API_URL: "http://127.0.0.1:9/api" }).discord.apiUrl).toContain("127.0.0.1");
});

test("proxies are addresses or networks with commas, or a list in the file, and a name is none", () => {
  expect(readConfig({}).http.trustedProxies).toBeUndefined();
  expect(readConfig({ NEXUS_HTTP_TRUSTED_PROXIES: "10.0.0.7, fd00::/8" }).http.trustedProxies).toEqual([
    "10.0.0.7",
    "fd00::/8",
  ]);
  const path = configFile('{"http": {"trustedProxies": ["192.0.2.0/24"]}}');
  expect(readConfig({ NEXUS_CONFIG: path }).http.trustedProxies).toEqual(["192.0.2.0/24"]);
  const problems = problemsOf({ NEXUS_HTTP_TRUSTED_PROXIES: "proxy.example.com" });
  expect(problems).toContain('NEXUS_HTTP_TRUSTED_PROXIES is "proxy.example.com"');
});

test("reminders of approvals are hours with commas between, or a list in the file, or off, and never go backwards", () => {
  expect(readConfig({}).approvals.remindAfterHours).toEqual([24, 48]);
  expect(readConfig({ NEXUS_APPROVAL_REMINDERS: "4, 8,24" }).approvals.remindAfterHours).toEqual([4, 8, 24]);
  expect(readConfig({ NEXUS_APPROVAL_REMINDERS: "off" }).approvals.remindAfterHours).toEqual([]);
  const path = configFile('{"approvals": {"remindAfterHours": [2]}}');
  expect(readConfig({ NEXUS_CONFIG: path }).approvals.remindAfterHours).toEqual([2]);
  for (const wrong of ["48, 24", "soon", "0", "1.5", "200"]) {
    expect(problemsOf({ NEXUS_APPROVAL_REMINDERS: wrong })).toContain("expected up to 5 numbers of hours");
  }
});
