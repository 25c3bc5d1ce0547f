// One question with its answers, as question_json() writes it.

const answers = (() => {
  const kVerdicts = {
    equal: "✓ right", different: "✗ wrong", no_answer: "∅ no answer", undecided: "? undecided",
    gold_unreadable: "? reference unreadable",
  };

  // `text` is a string, or what was left of one: {head, tail, out}.
  function textNode(text, isTypeset) {
    const box = make("div", {className: isTypeset ? "text" : "plain", dir: "auto"});
    const parts = typeof text === "string" ? [text] : [text.head, text.tail];
    parts.forEach((part, index) => {
      if (index > 0) {
        box.append(make("span", {className: "left-out"}, `${text.out.toLocaleString("en")} bytes left out of this file`));
      }
      box.append(...(isTypeset ? typeset.pieces(part) : [part]));
    });
    return box;
  }

  function facts(answer) {
    const list = [];
    if (answer.stop !== "stop") list.push(`stopped: ${answer.stop}`);
    if (answer.tokens !== undefined) list.push(`${answer.tokens.toLocaleString("en")} tokens`);
    if (answer.thought) list.push(`${answer.thought.toLocaleString("en")} of them reasoning`);
    if (answer.ms) list.push(`${(answer.ms / 1000).toFixed(1)} s`);
    if (answer.attempts) list.push(`${answer.attempts} attempts`);
    return list.join(" · ");
  }

  function scoreNode(section, [cell, verdict, extracted, rule], several) {
    const node = make("span", {className: "score"});
    if (several) node.append(make("small", {}, section.cells[cell].protocol));
    node.append(make("span", {className: `verdict ${verdict}`}, kVerdicts[verdict]));
    if (extracted) node.append(typeset.value(extracted), make("small", {}, rule));
    return node;
  }

  function fillBody(body, section, answer, link) {
    if (section.withheld) {
      body.append(make("p", {className: "note"}, "Private task: the text of the answer is left out of this report."));
      return;
    }
    let isTypeset = true;
    const view = make("div", {});
    const toggle = make("button", {type: "button", className: "link"});
    const draw = () => {
      toggle.textContent = isTypeset ? "show source" : "show typeset";
      view.replaceChildren();
      if (answer.reasoning) {
        view.append(make("details", {className: "reasoning"}, make("summary", {}, "Reasoning"), textNode(answer.reasoning, isTypeset)));
      }
      view.append(textNode(answer.text, isTypeset));
    };
    toggle.onclick = () => {
      isTypeset = !isTypeset;
      draw();
    };
    draw();
    body.append(make("div", {className: "row"}, toggle, make("a", {className: "link", href: link}, "link to this answer")), view);
  }

  function answerNode(section, question, answer, link) {
    const {model} = section.cells.find((cell) => cell.run === answer.run);
    const summary = make("summary", {}, make("span", {className: "who"}, make("bdi", {}, model)));
    if (question.answers.some((other) => other.run === answer.run && other.epoch !== answer.epoch)) {
      summary.append(make("small", {}, `epoch ${answer.epoch + 1}`));
    }
    for (const score of answer.scores) summary.append(scoreNode(section, score, answer.scores.length > 1));
    if (answer.scores.length === 0) summary.append(make("span", {className: "verdict"}, "not scored"));
    if (answer.target && answer.target !== question.target) summary.append(make("small", {}, `expected ${answer.target}`));
    summary.append(make("small", {}, facts(answer)));
    const body = make("div", {className: "body"});
    const node = make("details", {className: "answer"}, summary, body);
    node.addEventListener("toggle", () => {
      if (node.open && !body.hasChildNodes()) fillBody(body, section, answer, link);
    });
    return node;
  }

  function choicesNode(question) {
    const list = make("ol", {className: "choices"});
    for (const choice of question.choices) {
      list.append(make("li", {}, make("div", {className: "text", dir: "auto"}, ...typeset.pieces(choice))));
    }
    return list;
  }

  // `isShown` says which answers stand there at once; the others wait behind a button. `link(index)` is an answer's address.
  function questionNode(section, question, isShown, link) {
    const box = make("div", {className: "opened"});
    if (question.input) {
      box.append(make("div", {className: "problem"}, textNode(question.input.trim(), true)));
    } else if (section.private) {
      box.append(make("p", {className: "note"}, "Private task: its authors ask that questions are not published, so they are left out."));
    }
    if (question.choices) box.append(choicesNode(question));
    if (question.target) box.append(make("p", {className: "reference"}, "reference answer ", typeset.value(question.target)));
    const nodes = question.answers.map((answer, index) => answerNode(section, question, answer, link(index)));
    const others = nodes.filter((_, index) => !isShown(question.answers[index]));
    others.forEach((node) => { node.hidden = true; });
    box.append(...nodes);
    if (others.length > 0) {
      const button = make("button", {type: "button", className: "more"}, `show ${others.length} other answer${others.length > 1 ? "s" : ""}`);
      button.onclick = () => {
        others.forEach((node) => { node.hidden = false; });
        button.remove();
      };
      box.append(button);
    }
    if (nodes.length - others.length === 1) nodes.find((node) => !node.hidden).open = true;
    return box;
  }

  return {questionNode};
})();
