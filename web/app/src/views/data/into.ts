// The layer that a file is to be imported into, as another view has asked; undefined leaves it to the file.

import { ref } from 'vue'

export const into = ref<string>()
