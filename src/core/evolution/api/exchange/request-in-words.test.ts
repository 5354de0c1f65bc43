import { describe, expect, test } from "vitest";
import { withoutRequestSecrets } from "./request-in-words.ts";

/** No detector of secrets would know it: it looks like any word. */
const SECRET = "zebra-quokka";
const AT = "https://api.rota.example/v1/oncall";

/** Requests as people have them in their shell's history. */
const REQUESTS = [
  `curl ${AT} -H 'Authorization: Bearer ${SECRET}'`,
  `curl ${AT} -H 'Authorization: ${SECRET}'`,
  `curl ${AT} -H "X-Api-Key: ${SECRET}"`,
  `curl ${AT} -H 'X-PD-Auth: ${SECRET}'`,
  `curl ${AT} -H 'x-session-id: ${SECRET}'`,
  `curl ${AT} -H 'Cookie: sid=${SECRET}'`,
  `curl ${AT} -b sid=${SECRET}`,
  `curl -uada:${SECRET} ${AT}`,
  `curl --user ada:${SECRET} ${AT}`,
  `curl https://ada:${SECRET}@api.rota.example/v1/oncall`,
  `curl '${AT}?token=${SECRET}'`,
  `curl '${AT}?key=${SECRET}&day=1'`,
  `curl '${AT}?sig=${SECRET}'`,
  `curl ${AT} -d 'token=${SECRET}&a=b'`,
  `curl ${AT} --json '{"auth":{"refresh_token":"${SECRET}"}}'`,
  `curl ${AT} --oauth2-bearer ${SECRET}`,
  `curl ${AT} --proxy-user ada:${SECRET} -x proxy.example:80`,
  // None of these can be read as a request.
  `curl ${AT} -F token=${SECRET}`,
  `curl ${AT} -H 'X-Api-Key: ${SECRET}`,
  `curl ${AT}?token=${SECRET} && curl ${AT}`,
  `curl ${AT} -u ada:${SECRET} | jq '.items'`,
];

describe("of a request that somebody types, no secret is written down", () => {
  test.each(REQUESTS)("whatever stands around it: %s", (curl) => {
    const said = [
      `build me a module from this: ${curl}`,
      `build a module \`${curl}\``,
      `build a module that says who is on call\n\`\`\`sh\n${curl}\n\`\`\``,
      `why does this not work: ${curl} and what else could I try, it's late`,
    ];
    for (const text of said) {
      const kept = withoutRequestSecrets(text);
      expect(kept).not.toContain(SECRET);
      expect(kept).toContain("api.rota.example/v1/oncall");
      expect(withoutRequestSecrets(kept)).not.toContain(SECRET);
    }
  });

  test("nor of what was answered to it", () => {
    const said = `build a module\n\`\`\`\ncurl ${AT}\n\`\`\`\n\`\`\`\nHTTP/2 200\nset-cookie: a=${SECRET}\n\n{"id_token":"${SECRET}"}\n\`\`\``;
    expect(withoutRequestSecrets(said)).not.toContain(SECRET);
  });
});

test.each([
  "what is curl?",
  `is curl ${AT}?day=1 the same as opening it`,
  `build a module: curl ${AT} -H 'Accept: application/json' -d '{"key":"OPS-1"}'`,
  '```\n{"token": "of appreciation"}\n```',
])("words without a secret stay as they were typed: %s", (text) => {
  expect(withoutRequestSecrets(text)).toBe(text);
});
