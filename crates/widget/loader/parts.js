// The pieces of the form. Each has its name as id for the widget and as part for the shop's style sheet.

export const element = (name, part, attributes, ...children) => {
  const it = document.createElement(name);
  it.id = it.part = part;
  for (const key in attributes) it.setAttribute(key, attributes[key]);
  it.append(...children);
  return it;
};

export const button = (part, type = "button") => element("button", part, { type });

export const field = (part) =>
  element("input", part, {
    autocomplete: "off", spellcheck: "false", enterkeyhint: "search", "aria-describedby": "status", required: "",
  });
