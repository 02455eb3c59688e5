import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: StepRecord","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/StepRecord.md","filePath":"reference/api/baaljs/interfaces/StepRecord.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/StepRecord.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-steprecord" tabindex="-1">Interface: StepRecord <a class="header-anchor" href="#interface-steprecord" aria-label="Permalink to &quot;Interface: StepRecord&quot;">​</a></h1><p>The record of one step of an active-learning run; all that a stopping criterion sees. JSON values throughout.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-meanscore"></a> <code>meanScore?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean score of all candidates of this step, where the strategy scored them.</td></tr><tr><td><a id="property-metrics"></a> <code>metrics</code></td><td><code>readonly</code></td><td><code>Readonly</code>&lt;<code>Record</code>&lt;<code>string</code>, <code>number</code>&gt;&gt;</td><td>Evaluation of the model trained in this step.</td></tr><tr><td><a id="property-numlabelled"></a> <code>numLabelled</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Labelled items that the model was trained on in this step.</td></tr><tr><td><a id="property-poolsize"></a> <code>poolSize</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Unlabelled items before this step&#39;s labels.</td></tr><tr><td><a id="property-predictedclasses"></a> <code>predictedClasses?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Most probable class of each item of a fixed set, in its order, where one was given.</td></tr><tr><td><a id="property-step"></a> <code>step</code></td><td><code>readonly</code></td><td><code>number</code></td><td>From 0.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/StepRecord.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const StepRecord = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  StepRecord as default
};
