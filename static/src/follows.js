// Hides a question that follows from another one's answer until that answer is chosen.
//
// In the markup: <div data-asked-if="code = value | code = value"> somewhere in the same form as the radios named
// "answer-code". What is hidden keeps what was typed and is still sent; the server alone says whether it counts.

export function startFollowing(block) {
  const form = block.closest("form");
  const conditions = block.dataset.askedIf.split(" | ").map((text) => text.split(" = ", 2));
  const radios = (code) => [...form.querySelectorAll(`input[type=radio][name="answer-${CSS.escape(code)}"]`)];
  const follow = () => {
    block.hidden = !conditions.some(([code, value]) =>
      radios(code).some((radio) => radio.checked && radio.value === value),
    );
  };
  if (conditions.some(([code]) => radios(code).length)) {
    form.addEventListener("change", follow);
    follow();
  }
}
