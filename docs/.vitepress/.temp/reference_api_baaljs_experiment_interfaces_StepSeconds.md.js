import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: StepSeconds","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/experiment/interfaces/StepSeconds.md","filePath":"reference/api/baaljs/experiment/interfaces/StepSeconds.md"}');
const _sfc_main = { name: "reference/api/baaljs/experiment/interfaces/StepSeconds.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-stepseconds" tabindex="-1">Interface: StepSeconds <a class="header-anchor" href="#interface-stepseconds" aria-label="Permalink to &quot;Interface: StepSeconds&quot;">​</a></h1><p>Seconds that the parts of a step took.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-evaluate"></a> <code>evaluate</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-select"></a> <code>select</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Predicting the pool and picking.</td></tr><tr><td><a id="property-train"></a> <code>train</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/experiment/interfaces/StepSeconds.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const StepSeconds = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  StepSeconds as default
};
