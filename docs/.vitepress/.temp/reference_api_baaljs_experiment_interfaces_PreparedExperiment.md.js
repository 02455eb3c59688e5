import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PreparedExperiment","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/experiment/interfaces/PreparedExperiment.md","filePath":"reference/api/baaljs/experiment/interfaces/PreparedExperiment.md"}');
const _sfc_main = { name: "reference/api/baaljs/experiment/interfaces/PreparedExperiment.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-preparedexperiment" tabindex="-1">Interface: PreparedExperiment <a class="header-anchor" href="#interface-preparedexperiment" aria-label="Permalink to &quot;Interface: PreparedExperiment&quot;">​</a></h1><p>A configuration together with its data: everything that can be found wrong has been.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-about"></a> <code>about</code></td><td><code>readonly</code></td><td><code>DataDescription</code></td><td>-</td></tr><tr><td><a id="property-config"></a> <code>config</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/ExperimentConfig.html"><code>ExperimentConfig</code></a></td><td>-</td></tr><tr><td><a id="property-data"></a> <code>data</code></td><td><code>readonly</code></td><td><code>LoadedData</code></td><td>-</td></tr><tr><td><a id="property-initialcount"></a> <code>initialCount</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>The model&#39;s classes: all labels, or those in scope where the others are recognised by a threshold.</td></tr><tr><td><a id="property-outofscope"></a> <code>outOfScope</code></td><td><code>readonly</code></td><td><code>OutOfScope</code> | <code>undefined</code></td><td>-</td></tr><tr><td><a id="property-pool"></a> <code>pool</code></td><td><code>readonly</code></td><td>readonly <a href="./../../data/type-aliases/Row.html"><code>Row</code></a>[]</td><td>The items to label from.</td></tr><tr><td><a id="property-weights"></a> <code>weights</code></td><td><code>readonly</code></td><td><code>PretrainedWeights</code> | <code>undefined</code></td><td>Of <code>model.pretrained</code>, whose <code>revision</code> is a commit then.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/experiment/interfaces/PreparedExperiment.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PreparedExperiment = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PreparedExperiment as default
};
