import { createApp } from 'vue'
import App from './App.vue'
import './tokens.css'
import './base.css'
import { createState, followAddress, stateKey } from './state/state'

const state = createState()
followAddress(state)
createApp(App).provide(stateKey, state).mount('#app')
