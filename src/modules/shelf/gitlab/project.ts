import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/**
 * The number of a project. GitLab takes a name in an address only with its slashes in disguise, which the way out does not
 * let through; so it is looked for, and must be exactly the one that was named.
 * https://docs.gitlab.com/api/projects/#list-all-projects
 */
export async function findProject(
  named: unknown,
  nexus: Nexus,
): Promise<{ readonly id: number; readonly path: string } | { readonly output: ModuleOutput }> {
  const path = typeof named === "string" ? named.trim() : "";
  const last = path.split("/").at(-1) ?? "";
  if (!/^[\w.-]+(?:\/[\w.-]+){1,5}$/.test(path)) {
    const say = "A project is written with its group, as in acme/website.";
    return { output: { error: { code: "slot_invalid", say, slot: "project" } } };
  }
  const answer = await ask(`/projects?search=${encodeURIComponent(last)}&simple=true&per_page=100`, nexus);
  if ("output" in answer) return answer;
  if (!Array.isArray(answer.value)) return unreadable();
  const found = answer.value.find((one) => textAt(one, "path_with_namespace")?.toLowerCase() === path.toLowerCase());
  const id = get(found, "id");
  if (typeof id !== "number") return refused("not_found", `I see no project ${path} on GitLab with this token.`);
  return { id, path };
}
