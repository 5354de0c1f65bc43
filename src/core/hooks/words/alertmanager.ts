import { z } from "zod";
import type { Json } from "#core/contract/json.ts";
import type { HookWords } from "./hook-words.ts";

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const Message = z.object({
  status: z.enum(["firing", "resolved"]),
  externalURL: z.string().optional(),
  truncatedAlerts: z.number().optional(),
  alerts: z
    .array(
      z.object({
        status: z.string(),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1),
});
type Alert = z.infer<typeof Message>["alerts"][number];

const MOST_ALERTS = 8;

/** What Alertmanager, or Grafana in its manner, raises; undefined for what is not its kind of body. */
export function alertmanagerWords(body: Json): HookWords | undefined {
  const read = Message.safeParse(body);
  if (!read.success) return undefined;
  const { status, alerts, externalURL: url, truncatedAlerts = 0 } = read.data;
  const count = alerts.length + truncatedAlerts;
  const names = [...new Set(alerts.map(nameOf))].slice(0, 3).join(", ");
  const how = status === "firing" ? (count === 1 ? "is firing" : "are firing") : count === 1 ? "is over" : "are over";
  const more = count > MOST_ALERTS ? [{ label: "And", value: `${count - MOST_ALERTS} more` }] : [];
  return {
    title: count === 1 ? `${names} ${how}` : `${count} alerts ${how}: ${names}`,
    facts: [...alerts.slice(0, MOST_ALERTS).map((alert) => ({ label: nameOf(alert), value: lineOf(alert) })), ...more],
    ...(url !== undefined && { url }),
  };
}

function nameOf({ labels }: Alert): string {
  return labels["alertname"] ?? "Alert";
}

function lineOf({ status, labels, annotations }: Alert): string {
  const what = annotations["summary"] ?? annotations["description"] ?? annotations["message"];
  const where = labels["instance"] ?? labels["job"];
  return [labels["severity"], status, where, what].filter((word) => word !== undefined && word !== "").join(" · ");
}
