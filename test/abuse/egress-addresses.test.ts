import { describe, expect, test } from "vitest";
import { isPublicAddress } from "#sandbox/egress/address.ts";
import { pinTo } from "#sandbox/egress/pin-to.ts";
import { openBrokerWorld, POLICY } from "./broker-world.ts";

/** Addresses as strange code writes them, with their names in the catalogue of attacks. */
const REFUSED: readonly [string, string][] = [
  ["NET-001 plain http", "http://api.example.com/v1/x"],
  ["NET-002 this machine", "https://127.0.0.1/v1/x"],
  ["NET-003 this machine as one number", "https://2130706433/v1/x"],
  ["NET-004 this machine in octal", "https://0177.0.0.1/v1/x"],
  ["NET-005 this machine in hexadecimal", "https://0x7f.1/v1/x"],
  ["NET-006 this machine, short", "https://127.1/v1/x"],
  ["NET-007 this machine in IPv6", "https://[::1]/v1/x"],
  ["NET-008 an IPv4 address inside IPv6", "https://[::ffff:169.254.169.254]/v1/x"],
  ["NET-009 an IPv4 address behind NAT64", "https://[64:ff9b::a9fe:a9fe]/v1/x"],
  ["NET-010 the metadata address", "https://169.254.169.254/latest/meta-data/"],
  ["NET-011 the metadata name", "https://metadata.google.internal/computeMetadata/v1/"],
  ["NET-012 the metadata address of IPv6", "https://[fd00:ec2::254]/"],
  ["NET-013 a name before an at sign", "https://api.example.com@evil.example/v1/x"],
  ["NET-013 a name and a password", "https://me:pw@api.example.com/v1/x"],
  ["NET-014 an escaped at sign", "https://evil.example%40api.example.com/v1/x"],
  ["NET-015 a backslash before an at sign", "https://evil.example\\@api.example.com/v1/x"],
  ["NET-016 a tab in the host", "https://api.exa\tmple.com/v1/x"],
  ["NET-016 a line break in the host", "https://api.exa\nmple.com/v1/x"],
  ["NET-017 full-width letters", "https://ａｐｉ.example.com/v1/x"],
  ["NET-017 a full-width dot", "https://api。example.com/v1/x"],
  ["NET-018 letters in circles", "https://ⓐpi.example.com/v1/x"],
  ["NET-019 a Cyrillic letter", "https://аpi.example.com/v1/x"],
  ["NET-020 a look-alike in punycode", "https://xn--pi-7kc.example.com/v1/x"],
  ["NET-021 the declared host at the front of another", "https://api.example.com.evil.example/v1/x"],
  ["NET-022 the declared host at the end of another", "https://evilapi.example.com/v1/x"],
  ["NET-023 a host below the declared one", "https://internal.api.example.com/v1/x"],
  ["NET-023 the host above the declared one", "https://example.com/v1/x"],
  ["NET-024 a dot after the host", "https://api.example.com./v1/x"],
  ["NET-025 another port", "https://api.example.com:8443/v1/x"],
  ["NET-025 the port of plain http", "https://api.example.com:80/v1/x"],
  ["NET-025 a port that is none", "https://api.example.com:/v1/x"],
  ["NET-026 a path that is not declared", "https://api.example.com/admin"],
  ["NET-026 a path that begins like the declared one", "https://api.example.com/v11/x"],
  ["NET-027 a way out of the declared path", "https://api.example.com/v1/../admin"],
  ["NET-028 an escaped way out", "https://api.example.com/v1/%2e%2e/admin"],
  ["NET-028 a half escaped way out", "https://api.example.com/v1/.%2E/admin"],
  ["NET-028 a way out, escaped twice", "https://api.example.com/v1/%252e%252e/admin"],
  ["NET-028 a way out, escaped twice in pieces", "https://api.example.com/v1/%25%32%65%25%32%65/admin"],
  ["NET-029 an escaped slash", "https://api.example.com/v1%2fadmin"],
  ["NET-029 a slash, escaped twice", "https://api.example.com/v1/..%252fadmin"],
  ["NET-029 an escaped backslash", "https://api.example.com/v1/..%5cadmin"],
  ["NET-029 a slash in overlong UTF-8", "https://api.example.com/v1/..%c0%afadmin"],
  ["NET-029 an escape that is none", "https://api.example.com/v1/%u002e%u002e/admin"],
  ["NET-029 a way out with parameters", "https://api.example.com/v1/..;/admin"],
  ["NET-030 a file", "file:///etc/passwd"],
  ["NET-031 the address as data", "data:text/plain,x"],
  ["NET-032 ftp", "ftp://api.example.com/v1/x"],
  ["NET-033 gopher", "gopher://api.example.com/v1/x"],
  ["NET-034 a web socket", "wss://api.example.com/v1/x"],
  ["NET-034 a blob", "blob:https://api.example.com/4f2a9c"],
  ["NET-034 a program", "javascript:alert(1)"],
  ["NET-035 far too long", `https://api.example.com/v1/${"x".repeat(2_048)}`],
  ["NET-036 a second header", "https://api.example.com/v1/x\r\nHost: evil"],
  ["NET-036 an escaped line break", "https://api.example.com/v1/x%0d%0aHost:%20evil"],
  ["NET-036 an escaped NUL", "https://api.example.com/v1/x%00.json"],
  ["NET-037 a fragment instead of a path", "https://evil.example#@api.example.com/v1/x"],
  ["NET-037 a fragment behind the declared host", "https://api.example.com#/v1/x"],
  ["NET-038 a query instead of a path", "https://evil.example?@api.example.com/v1/x"],
  ["NET-038 a query behind the declared host", "https://api.example.com?/v1/x"],
  ["NET-039 localhost", "https://localhost/v1/x"],
  ["NET-040 a name for this machine in somebody's DNS", "https://127.0.0.1.nip.io/v1/x"],
  ["NET-041 an interface in an address", "https://[fe80::1%25eth0]/v1/x"],
  ["NET-042 no address in particular", "https://0.0.0.0/v1/x"],
  ["NET-043 no host", "https:///v1/x"],
  ["NET-044 no scheme", "//api.example.com/v1/x"],
  ["NET-044 no slashes", "https:api.example.com/v1/x"],
  ["NET-044 one slash", "https:/api.example.com/v1/x"],
  ["NET-044 three slashes", "https:///api.example.com/v1/x"],
  ["NET-044 nothing", ""],
  ["NET-044 only a path", "/v1/x"],
  ["NET-044 capitals in the scheme", "HTTPS://api.example.com/v1/x"],
  ["NET-044 capitals in the host", "https://API.example.com/v1/x"],
  ["NET-044 a space in front", " https://api.example.com/v1/x"],
  ["NET-044 a space behind", "https://api.example.com/v1/x "],
  ["NET-044 a NUL", "https://api.example.com\u0000.evil.example/v1/x"],
  ["NET-044 an escaped letter in the host", "https://%61pi.example.com/v1/x"],
  ["NET-044 a soft hyphen in the host", "https://api.exam\u00adple.com/v1/x"],
  ["NET-044 an underscore in the host", "https://api_.example.com/v1/x"],
  ["NET-044 a part of 64 letters", `https://${"a".repeat(64)}.example.com/v1/x`],
  ["NET-044 two dots in the host", "https://api..example.com/v1/x"],
];

/** The special-purpose registries of IANA, one address of each. */
const PRIVATE = [
  ["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1"],
  ["192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1"],
  ["198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
  ["::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"],
  ["64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:db8::1", "2001:10::1", "2001:20::1", "2002:7f00:1::"],
  ["3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"],
  ["not an address", "", "127.1", "0177.0.0.1", "2130706433", "127.0.0.1 ", "[::1]"],
].flat();

describe("addresses that no module may write", () => {
  test.each(REFUSED)("%s", async (_title, url) => {
    await using world = await openBrokerWorld();
    const { result, record } = await world.ask(url);
    expect(result).toMatchObject({ ok: false, code: "denied" });
    expect(record).toMatchObject({ outcome: "denied", bytes: 0 });
    expect(world.lookups).toEqual([]);
    expect(world.connected).toEqual([]);
    expect(world.log()).toContain("a request was refused");
  });

  test.each([
    "https://api.example.com/v1/x",
    "https://api.example.com/v1/",
    "https://api.example.com:443/v1/x",
    "https://api.example.com/v1/x?next=https://evil.example/%2e%2e/",
    "https://api.example.com/v1/caf%C3%A9%20au%20lait",
    "https://api.example.com/v1/100%25",
    "https://api.example.com/v1/a/../b",
    "https://api.example.com/v1/x.json;v=2#part",
  ])("an honest one is let through: %s", async (url) => {
    await using world = await openBrokerWorld();
    expect((await world.ask(url)).result).toMatchObject({ ok: true });
    expect(world.seen[0]).toMatchObject({ host: "api.example.com" });
    expect(world.seen[0]?.path.startsWith("/v1/")).toBe(true);
  });

  test("a module without hosts reaches nothing", async () => {
    await using world = await openBrokerWorld();
    const { result } = await world.ask("https://api.example.com/v1/x", {}, { ...POLICY, hosts: [] });
    expect(result).toMatchObject({ code: "denied" });
  });
});

describe("NET-063: where names lead", () => {
  test.each(PRIVATE)("“%s” is not the public internet", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
    "%s is",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test("the connection knows only the addresses that were checked, whatever is asked", async () => {
    const lookup = pinTo(["93.184.216.34", "2606:4700::1111"]);
    const all = Promise.withResolvers<unknown>();
    lookup("evil.example", { all: true }, (_error, addresses) => all.resolve(addresses));
    expect(await all.promise).toEqual([
      { address: "93.184.216.34", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
    const one = Promise.withResolvers<unknown>();
    lookup("evil.example", {}, (_error, ...answer) => one.resolve(answer));
    expect(await one.promise).toEqual(["93.184.216.34", 4]);
  });
});
