// Which page of the manual is open beside the map, and what in the app calls for an explanation. Both are the page's, not the link's.

import { ref } from 'vue'

/** The page that the manual is open at, `name` or `name#id`; undefined is closed. */
export const opened = ref<string>()

/** Whether words that can be explained are on the page, so that what explains them is wanted. */
export const explains = ref(false)
