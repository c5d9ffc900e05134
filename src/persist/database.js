// Texts in IndexedDB, each under its key. A failure is the name of the DOM exception.

const store = "texts";

function open() {
  return new Promise((done, fail) => {
    const request = indexedDB.open("milkrun", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function within(mode, act) {
  let database;
  try {
    database = await open();
  } catch (error) {
    throw error?.name === "QuotaExceededError" ? error.name : "Unavailable";
  }
  try {
    return await new Promise((done, fail) => {
      const transaction = database.transaction(store, mode);
      const answer = act(transaction.objectStore(store));
      // Only a committed transaction is on the disk; a full disk shows itself here.
      transaction.oncomplete = () => done(answer.result);
      transaction.onabort = () => fail(transaction.error);
    });
  } catch (error) {
    throw error?.name ?? "QuotaExceededError";
  } finally {
    database.close();
  }
}

export const load = (key) => within("readonly", (texts) => texts.get(key));

export const save = (key, text) => within("readwrite", (texts) => texts.put(text, key));

// Both or neither: the text is never in two places, nor in none.
export const move = (key, aside, text) =>
  within("readwrite", (texts) => {
    texts.put(text, aside);
    return texts.delete(key);
  });
