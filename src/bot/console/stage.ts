import type { OutboxId } from "#core/contract/ids.ts";
import { type Choices, createChoices } from "./choices.ts";
import { type Answer, createDialogue, type ReplyMessage } from "./dialogue.ts";
import { openHistoryFile } from "./history-file.ts";
import { openKeyboard } from "./keyboard.ts";
import { type LineRead, type LineSource, noLines, readPipedLines } from "./line-source.ts";
import { openLink } from "./link.ts";
import { createPictureWait } from "./picture-wait.ts";
import { createProgress, noProgress } from "./progress.ts";
import { type FromDoor, PROTOCOL_VERSION, type Send, type Welcome } from "./protocol.ts";
import type { TerminalOptions } from "./terminal-options.ts";
import { createView, type View } from "./view.ts";

/** A terminal with its connection: what the conversation is played on. */
export interface Stage extends AsyncDisposable {
  /** Undefined when the door refused or hung up. */
  readonly welcome: Promise<Welcome | undefined>;
  /** Settles when the person or the door ends it all. */
  readonly ended: Promise<LineRead>;
  readonly view: View;
  readonly lines: LineSource;
  readonly choices: () => Choices;
  /** Sends, shows that something is happening, and waits for the answer to be on the screen. */
  ask(send: Send): Promise<Answer>;
}

/** A second Ctrl-C within this time means “quit”. */
const QUIT_WINDOW_MS = 2_000;
/** How long a stopped turn has to say so itself. */
const STOP_GRACE_MS = 1_500;
/** Nobody is there to press Ctrl-C on a pipe. */
const UNATTENDED_ANSWER_MS = 180_000;
/** How long pictures may hold up the next prompt, and the end of a pipe. */
const PICTURE_MS = { interactive: 300, piped: 3_000, ask: 3_000 } as const;

/** Connects a terminal's keyboard and screen with the door. */
export function openStage(options: TerminalOptions): Stage {
  const { mode, output, clock, isTty } = options;
  const isPlain = options.plain ?? false;
  const isInteractive = mode === "interactive";
  const welcome = Promise.withResolvers<Welcome | undefined>();
  const ended = Promise.withResolvers<LineRead>();
  const pictures = createPictureWait();
  let choices = createChoices([]);
  let isOver = false;
  let interruptedAt = 0;

  const progress = isInteractive && isTty && !isPlain ? createProgress(output, () => view.canvas()) : noProgress();
  const keyboard = isInteractive
    ? openKeyboard({ ...keyboardParts(options), onInterrupt: (line) => interrupt(line) })
    : undefined;
  const lines: LineSource = keyboard ?? (mode === "piped" ? readPipedLines(options.input) : noLines());
  const view = createView({
    output,
    columns: options.columns,
    colour: options.colour,
    isTty,
    isPlain,
    isInteractive,
    currentFolder: options.folders.current,
    around: (write) => lines.around(() => progress.around(write)),
  });
  const link = openLink({
    duplex: options.duplex,
    reconnect: options.reconnect,
    hello: {
      type: "hello",
      protocol: PROTOCOL_VERSION,
      channel: options.channel,
      pictures: !isPlain,
      ...options.asker,
    },
    onMessage: (message) => onMessage(message),
    onLost: () => view.note("The connection is lost; trying again…"),
    onClosed: () => end("NEXUS has stopped."),
  });
  const dialogue = createDialogue((send) => link.send(send));

  const end = (reason: string | undefined) => {
    if (isOver) return;
    isOver = true;
    if (reason !== undefined) view.note(reason);
    welcome.resolve(undefined);
    ended.resolve({ kind: "ended" });
    dialogue.giveUp({ kind: "closed" });
  };

  const interrupt = (line: string) => {
    const now = clock().getTime();
    if (now - interruptedAt < QUIT_WINDOW_MS) {
      end(undefined);
      return;
    }
    interruptedAt = now;
    if (dialogue.isWaiting()) {
      progress.say("Stopping… (Ctrl-C again quits)");
      link.stop();
    } else if (keyboard?.cancelForm() === true) {
      return;
    } else if (line === "") {
      view.note("Press Ctrl-C again to quit.");
    } else {
      keyboard?.clearLine();
    }
  };

  /** What can be pressed on a reply is numbered where it was drawn: the same buttons drawn again keep their numbers. */
  const labels = new Map<OutboxId, string>();
  const hasOtherButtons = ({ outboxId, redraws = outboxId, reply }: ReplyMessage): boolean => {
    const now = reply.parts.flatMap((part) => (part.type === "actions" ? part.items.map(({ label }) => label) : []));
    const before = labels.get(redraws);
    labels.set(redraws, now.join("\n"));
    return before !== now.join("\n");
  };
  const showReply = (message: ReplyMessage) => {
    if (dialogue.isNew(message)) {
      view.reply(message);
      if (hasOtherButtons(message)) choices.offer(message.reply);
      const { form } = message.reply;
      if (form !== undefined && !dialogue.isAwaited(message)) {
        view.note(`[${choices.add({ kind: "form", form })}] ${form.title}`);
      }
      pictures.expect(message);
      dialogue.drawn(message);
      options.onReply?.(message);
    }
    link.drawn(message.outboxId);
  };

  let hasGreeted = false;
  const onMessage = (message: FromDoor): void => {
    switch (message.type) {
      case "welcome":
        if (hasGreeted) view.note("Connected again.");
        else choices = createChoices(message.welcome.suggestions);
        hasGreeted = true;
        welcome.resolve(message.welcome);
        return;
      case "refused":
        view.error(message.say, message.hint);
        end(undefined);
        return;
      case "accepted":
        dialogue.accepted(message.id, message.turnId);
        return;
      case "rejected":
        dialogue.refused(message.id, message.say, `${message.hint} (${message.code})`);
        return;
      case "reply":
        showReply(message);
        return;
      case "picture":
        if (message.path !== undefined) view.picture(message.path);
        if (pictures.arrived(message.outboxId) && isInteractive) view.print([""]);
        return;
      case "text":
        progress.text(message.delta);
        return;
      case "step":
        progress.step(message.step);
        return;
      case "stopped":
        setTimeout(() => dialogue.giveUp({ kind: "stopped" }), message.wasRunning ? STOP_GRACE_MS : 0).unref();
        return;
      default:
        message satisfies never;
    }
  };

  return {
    welcome: welcome.promise,
    ended: ended.promise,
    view,
    lines,
    choices: () => choices,
    async ask(send) {
      if (isOver) return { kind: "closed" };
      progress.start();
      const late = {
        kind: "refused",
        say: "No answer came in time.",
        hint: "Ask again, or look at `status`.",
      } as const;
      const timer = isInteractive ? undefined : setTimeout(() => dialogue.giveUp(late), UNATTENDED_ANSWER_MS);
      const answer = await dialogue.ask(send);
      clearTimeout(timer);
      progress.stop();
      if (answer.kind === "replied" && !isPlain) await pictures.settled(answer.message, PICTURE_MS[mode]);
      if (answer.kind === "refused") view.error(answer.say, answer.hint);
      if (answer.kind === "stopped") view.note("Stopped.");
      return answer;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      progress.stop();
      lines[Symbol.dispose]();
      await link[Symbol.asyncDispose]();
    },
  };
}

function keyboardParts(
  options: TerminalOptions,
): Pick<Parameters<typeof openKeyboard>[0], "input" | "output" | "columns" | "history"> {
  const { input, output, columns, historyPath } = options;
  return { input, output, columns, history: historyPath === undefined ? undefined : openHistoryFile(historyPath) };
}
