/** The tests of a module that tells notes from one source, as its `tests/notes.json` holds them. */
export function notesTests(says: string) {
  const request = { url: "https://notes.example.com/v1/notes" };
  return [
    {
      name: "notes are told",
      capability: "list",
      exchanges: [{ request, answer: { status: 200, body: "{}" } }],
      expect: { summary: [says], requests: 1 },
    },
    {
      name: "silence is told",
      capability: "list",
      exchanges: [{ request, answer: { status: 500, body: "" } }],
      expect: { error: "upstream_unavailable" },
    },
  ];
}
