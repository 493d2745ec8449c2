import '@fontsource-variable/inter/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import Door from './frame/Door.svelte';
import { learnAccess } from './questions/access.svelte';
import { speak } from './words';

const failed = learnAccess().then(
  () => false,
  () => true,
);
document.documentElement.lang = await speak(navigator.languages);
mount(Door, { target: document.getElementById('app')!, props: { failed: await failed } });
