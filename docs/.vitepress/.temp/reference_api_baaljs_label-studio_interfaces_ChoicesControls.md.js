import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ChoicesControls","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/ChoicesControls.md","filePath":"reference/api/baaljs/label-studio/interfaces/ChoicesControls.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/ChoicesControls.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-choicescontrols" tabindex="-1">Interface: ChoicesControls <a class="header-anchor" href="#interface-choicescontrols" aria-label="Permalink to &quot;Interface: ChoicesControls&quot;">​</a></h1><p>The controls of a labelling configuration, as far as a model can answer them.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./AnsweredTasks.html"><code>AnsweredTasks</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-controls"></a> <code>controls</code></td><td><code>readonly</code></td><td>readonly <a href="./ChoicesControl.html"><code>ChoicesControl</code></a>[]</td><td>-</td></tr><tr><td><a id="property-skipped"></a> <code>skipped</code></td><td><code>readonly</code></td><td>readonly <code>object</code>[]</td><td>Controls that stay without predictions, and why: for the log.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/ChoicesControls.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ChoicesControls = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ChoicesControls as default
};
