import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ExperimentRunOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/experiment/interfaces/ExperimentRunOptions.md","filePath":"reference/api/baaljs/experiment/interfaces/ExperimentRunOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/experiment/interfaces/ExperimentRunOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-experimentrunoptions" tabindex="-1">Interface: ExperimentRunOptions <a class="header-anchor" href="#interface-experimentrunoptions" aria-label="Permalink to &quot;Interface: ExperimentRunOptions&quot;">​</a></h1><p>How a run of an <a href="./../classes/ActiveLearningExperiment.html">ActiveLearningExperiment</a> is watched and cancelled.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td><a href="./../../type-aliases/ProgressListener.html"><code>ProgressListener</code></a></td><td>-</td></tr><tr><td><a id="property-onstep"></a> <code>onStep?</code></td><td><code>readonly</code></td><td>(<code>step</code>) =&gt; <code>void</code></td><td>Told of each step as soon as it is recorded; steps of an earlier process are not told again.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/experiment/interfaces/ExperimentRunOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ExperimentRunOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ExperimentRunOptions as default
};
